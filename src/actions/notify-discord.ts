// notify_discord: a message in one of the programme's Discord channels, once.
import Type from 'typebox';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textIn } from './action.ts';

const notice = kept('notify_discord', Type.Object({ channel: Type.String(), message: Type.String() }));

export const notifyDiscord = {
  name: 'notify_discord',
  description: "Writes a message in one of the programme's Discord channels.",
  standing: false,
  withdrawal: 'It happens once; a message is not taken back.',
  subjects: null,
  causes: [],
  changes: [],
  fields: {
    channel: {
      type: 'text',
      required: true,
      maximum: 100,
      description: 'Name of the channel, as the programme calls it.',
      example: 'tickets',
    },
    message: {
      type: 'markdown',
      flavour: 'discord',
      required: true,
      // https://discord.com/developers/docs/resources/message#create-message
      maximum: 2000,
      description: 'What it says, in up to 2,000 characters.',
      example: 'New ticket: {{ issue.title }} {{ issue.html_url }}',
    },
  },
  outcomes(params: Resolved): readonly Outcome[] {
    const [channel, message] = [textIn(params, 'channel'), textIn(params, 'message')];
    return channel === null || message === null ? [] : [{ target: channel, params: { channel, message } }];
  },
  summary(params: Json) {
    const { channel, message } = notice(params);
    return `tells #${channel} ${quoted(message)}`;
  },
  isSame(standing: Json, wanted: Json) {
    const [before, after] = [notice(standing), notice(wanted)];
    return before.channel === after.channel && before.message === after.message;
  },
  ...noLines,
  outward: { medium: 'discord' },
} as const satisfies Action;
