-- What version the database has, for those who reach it by functions alone and cannot migrate it.

-- Which of these versions of migrations were not applied, the oldest first. Where migrations are recorded is the
-- Supabase CLI's choice; that there are more, of a newer program or of the website beside it, does not matter.
create function public.missing_migrations(versions jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is null then
    return versions;
  end if;
  return (
    select coalesce(jsonb_agg(v.version order by v.version), '[]')
    from jsonb_array_elements_text(versions) as v (version)
    where v.version not in (select m.version from supabase_migrations.schema_migrations as m)
  );
end
$$;

revoke all on function public.missing_migrations from public, anon, authenticated;
grant execute on function public.missing_migrations to service_role;
