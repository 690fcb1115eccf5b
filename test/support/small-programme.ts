// The rules of a small programme, for tests that read what becomes of them word by word.

export const smallProgramme = `version: 1
program: small

tables:
  points: { Low: 10, Medium: 20, High: 30 }

conditions:
  is-ticket:
    issue.labels: { containsAny: [C4GT Community, C4GT Bounty, C4GT Coding] }
  is-ticket-work:
    any:
      - pull_request.labels: { containsAny: [C4GT Community, C4GT Bounty, C4GT Coding] }
      - pull_request.ticket.labels: { containsAny: [C4GT Community, C4GT Bounty, C4GT Coding] }

rules:
  list-ticket:
    on: issues
    while: { condition: is-ticket }
    then: [{ list_ticket: { points: 10 } }]

  merged-pull-request:
    description: Merged work on a ticket earns its points, unless its author merged it.
    on: [pull_request, pull_request_review]
    while:
      all:
        - pull_request.merged: true
        - condition: is-ticket-work
        - not:
            pull_request.merged_by.login: { equal: { fact: pull_request.author.login } }
    then:
      - award_points:
          to: { fact: pull_request.author }
          points: { table: points, key: { fact: pull_request.ticket.complexity }, default: 10 }

  reviewed-pull-request:
    on: [pull_request, pull_request_review]
    while: { pull_request.merged: true, condition: is-ticket-work }
    then: [{ award_points: { to: { fact: pull_request.approved_by }, points: 5 } }]
`;
