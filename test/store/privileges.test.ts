// Who may do what in the database: the service everything that is a function, everyone else nothing.
import { expect } from 'chai';
import { eachDatabase } from '../support/database.ts';

eachDatabase('privileges', (database) => {
  it('let only the service call our functions, which run as their owner with an empty search path', async () => {
    const functions = await database().query(`
      select
        p.proname as name, p.prosecdef as definer, p.proconfig as config,
        has_function_privilege('service_role', p.oid, 'execute') as service,
        has_function_privilege('anon', p.oid, 'execute') as anon,
        has_function_privilege('authenticated', p.oid, 'execute') as authenticated
      from pg_proc as p
      where p.pronamespace = 'public'::regnamespace
      order by p.proname`);
    expect(functions).to.have.length.above(15);
    for (const { name, config, ...rest } of functions) {
      const [path, ...planner] = config as string[];
      expect(path, String(name)).to.equal('search_path=""');
      for (const setting of planner)
        expect(setting, String(name)).to.match(/^(?:enable_\w+|jit)=off$|^plan_cache_mode=force_generic_plan$/);
      expect(rest, String(name)).to.deep.equal({
        definer: true,
        service: true,
        anon: false,
        authenticated: false,
      });
    }
  });

  it('let nobody but the owner see a table, a queue or a private function', async () => {
    const { query } = database();
    for (const role of ['anon', 'authenticated', 'service_role']) {
      for (const sql of [
        'select from c4gt.ledger',
        'select c4gt.queue_subjects(array[]::text[])',
        'select from pgmq.q_inbox',
      ]) {
        const failure = await query(`set role ${role}; ${sql}`).catch((error: unknown) => error);
        await query('reset role');
        expect(failure, `${role}: ${sql}`)
          .to.be.instanceOf(Error)
          .with.property('message')
          .that.matches(/permission denied/);
      }
    }
  });

  it('have row level security on every table', async () => {
    const open = await database().query(
      `select relname from pg_class where relnamespace = 'c4gt'::regnamespace and relkind = 'r' and not relrowsecurity`,
    );
    expect(open).to.deep.equal([]);
  });

  it('suffice for the service to work', async () => {
    const [row] = await database().query(
      'set role service_role; select public.read_counts() as counts; reset role; select 1 as done',
    );
    expect(row).to.deep.equal({ done: 1 });
  });
});
