// Every action a rule may name: adding one is a file and a line here.
import type { Actions } from './action.ts';
import { addLabels } from './add-labels.ts';
import { assign } from './assign.ts';
import { awardPoints } from './award-points.ts';
import { close } from './close.ts';
import { comment } from './comment.ts';
import { grantBadge } from './grant-badge.ts';
import { listTicket } from './list-ticket.ts';
import { notifyDiscord } from './notify-discord.ts';
import { react } from './react.ts';
import { removeLabels } from './remove-labels.ts';
import { reopen } from './reopen.ts';
import { requestReview } from './request-review.ts';
import { setCheck } from './set-check.ts';

export const actions = {
  [awardPoints.name]: awardPoints,
  [grantBadge.name]: grantBadge,
  [listTicket.name]: listTicket,
  [comment.name]: comment,
  [addLabels.name]: addLabels,
  [removeLabels.name]: removeLabels,
  [assign.name]: assign,
  [requestReview.name]: requestReview,
  [close.name]: close,
  [reopen.name]: reopen,
  [react.name]: react,
  [setCheck.name]: setCheck,
  [notifyDiscord.name]: notifyDiscord,
} as const satisfies Actions;
