-- Work that takes longer than its claim: whoever is at it keeps it hidden from the others.

-- Hides what somebody is working on for so many seconds from now. What was ended meanwhile stays so.
create function public.extend_work(messages jsonb, visibility integer) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', m.id::bigint, visibility) from jsonb_array_elements_text(messages) as m (id);
end
$$;

revoke all on function public.extend_work from public, anon, authenticated;
grant execute on function public.extend_work to service_role;
