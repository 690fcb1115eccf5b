// What a consumer is: it turns the payload of one event family into facts, and into what it tells of a subject.
import type { Facts } from '../facts/fact.ts';
import type { Observation } from '../facts/observation.ts';
import type { InstallationNews } from '../models/installation.ts';

/** A payload, understood. */
export interface Consumed {
  /** Action of the event, or null where the event has none. */
  readonly action: string | null;
  /** Every fact this payload offers, of the moment and of the state it shows. */
  readonly facts: Facts;
  readonly observation?: Observation;
  /**
   * Of what was found instead of delivered: the events that must have happened for its subject to be as it shows. There
   * is no moment then, for nothing has just happened.
   */
  readonly implied?: readonly string[];
  /** What it tells of an installation of the App, and of the repositories in it. */
  readonly installation?: InstallationNews;
}

/** One event family. `read` throws InvalidPayload, naming the field, when the payload does not fit. */
export interface Consumer {
  /** GitHub's event name, as in `X-GitHub-Event`. */
  readonly event: string;
  /** The actions GitHub sends with it, for checking rules; empty where it has none. */
  readonly actions: readonly string[];
  /** The kind of subject that state rules on this event are about; null where there is none. */
  readonly subject: 'issue' | 'pull_request' | null;
  read(payload: unknown): Consumed;
}
