// `c4gt rules explain`: of each rule why it holds or does not, on a payload or a stored delivery; nothing is changed.
import { actions } from '../actions/registry.ts';
import { readRules } from '../active-rules.ts';
import { readConfig } from '../config.ts';
import { didYouMean } from '../engine/closest.ts';
import { drawExplanation } from '../engine/explain/draw-explanation.ts';
import type { Explanation } from '../engine/explain/explain.ts';
import { ruleLoader } from '../engine/load.ts';
import type { RuleSet } from '../engine/rule.ts';
import { InvalidPayload } from '../models/validate.ts';
import { inertJson } from '../problem-formats/json.ts';
import { C4GT } from '../program-name.ts';
import { vocabulary } from '../vocabulary.ts';
import { type ExplainingParts, explainDelivery, nothingKnown } from '../worker/explain-delivery.ts';
import { withStore } from './listing.ts';
import { payloadOf } from './payload-of.ts';
import { safe } from './safe.ts';
import { terminalPaint } from './terminal-paint.ts';
import { UsageError } from './usage-error.ts';

export interface ExplainOptions {
  readonly event?: string;
  readonly set?: readonly string[];
  /** The id of a rule, or a part of one. */
  readonly rule?: string;
  /** Where the rules are; by default RULES_DIR. */
  readonly rules?: string;
  readonly format: 'text' | 'json';
}

/** @param what a path, `-`, the name of an example, or the GUID of a stored delivery */
export async function rulesExplain(what: string, options: ExplainOptions): Promise<void> {
  if (/^[\w.-]+\/[\w.-]+#\d+$/.test(what))
    throw new UsageError(`${what} is no delivery: \`${C4GT} why ${what}\` asks the server how its rules came out`);
  const { rulesDir, repositories } = readConfig(process.env);
  const { rules } = await readRules(options.rules ?? rulesDir, ruleLoader(vocabulary, { repositories }));
  const whole = isGuid(what) ? await storedDelivery(what, rules, options) : await givenPayload(what, rules, options);
  const explanation = options.rule === undefined ? whole : limited(whole, options.rule);
  const text =
    options.format === 'json' ? `${inertJson(explanation)}\n` : drawExplanation(safe(explanation), terminalPaint);
  process.stdout.write(text);
}

function isGuid(what: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(what);
}

async function givenPayload(what: string, rules: RuleSet, options: ExplainOptions): Promise<Explanation> {
  const { lookups, ...delivery } = await payloadOf(what, options);
  return explained({ store: nothingKnown, rules, lookups }, delivery);
}

/** On what is known of its subject by now, the delivery itself included. */
async function storedDelivery(guid: string, rules: RuleSet, { event, set }: ExplainOptions): Promise<Explanation> {
  if (event !== undefined || set !== undefined)
    throw new UsageError('a stored delivery is explained as it came: --event and --set go with files and examples');
  return withStore(async (store) => {
    const delivery = await store.delivery(guid);
    if (delivery === null) throw new Error(`there is no delivery ${guid}`);
    const { event, body } = delivery;
    if (body === null) throw new Error(`the body of the delivery ${guid} was pruned`);
    return explained({ store, rules }, { event, body });
  });
}

async function explained(
  parts: Pick<ExplainingParts, 'store' | 'rules' | 'lookups'>,
  delivery: { readonly event: string; readonly body: Uint8Array },
): Promise<Explanation> {
  try {
    return await explainDelivery({ ...parts, actions, now: new Date() }, delivery);
  } catch (cause) {
    if (!(cause instanceof InvalidPayload)) throw cause;
    throw new Error(`no rule sees this: the payload cannot be read, and becomes a dead letter: ${cause.message}`, {
      cause,
    });
  }
}

function limited(explanation: Explanation, part: string): Explanation {
  const rules = explanation.rules.filter(({ id }) => id.toLowerCase().includes(part.toLowerCase()));
  if (rules.length > 0) return { ...explanation, rules, lookups: lookupsFor(rules, explanation) };
  const ids = explanation.rules.map(({ id }) => id);
  const hint =
    didYouMean(part, ids) ??
    didYouMean(
      part,
      ids.map((id) => id.slice(id.indexOf('/') + 1)),
    );
  throw new UsageError(`there is no rule ${part}${hint === undefined ? '' : `; ${hint}`}`);
}

/** What the conditions of these rules looked at; of a ticket, what made it the one. */
function lookupsFor(rules: Explanation['rules'], { lookups }: Explanation): Explanation['lookups'] {
  const traces = JSON.stringify(rules.map(({ conditions }) => conditions));
  const isLookedAt = (fact: string) => traces.includes(JSON.stringify({ fact }).slice(1, -1));
  const ofTicket = Object.keys(lookups).some((fact) => fact.startsWith('pull_request.ticket.') && isLookedAt(fact));
  const leading = ofTicket ? TO_THE_TICKET : [];
  return Object.fromEntries(Object.entries(lookups).filter(([fact]) => isLookedAt(fact) || leading.includes(fact)));
}

const TO_THE_TICKET = ['pull_request.closes', 'pull_request.ticket.repository', 'pull_request.ticket.number'];
