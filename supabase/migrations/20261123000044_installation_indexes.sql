-- What an installation has is counted after every step of looking through it, and gone through whenever GitHub tells of
-- it or lists it, which the sweep has it do for each of them every hour.

create index installed_repositories_installation on c4gt.installed_repositories (installation);
create index backfilled_repositories_installation on c4gt.backfilled_repositories (installation);
