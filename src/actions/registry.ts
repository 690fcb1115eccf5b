// Every action a rule may name: adding one is a file and a line here.
import type { Actions } from './action.ts';
import { awardPoints } from './award-points.ts';
import { listTicket } from './list-ticket.ts';

export const actions = {
  [awardPoints.name]: awardPoints,
  [listTicket.name]: listTicket,
} as const satisfies Actions;
