// What happens to repositories, their labels, and issues on the move: deliveries that the stories of issues lack.
import { example, type Payload } from '../../src/commands/examples.ts';
import { issueStory } from '../../src/commands/issue-story.ts';
import { type Place, storyClock } from '../../src/commands/scene.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { mentor } from '../support/cast.ts';

export function labelRenamed(place: Place, was: string, name: string): Told {
  const { payload } = example('label.edited');
  const label = { ...labelOf(place, was), name };
  return {
    event: 'label',
    payload: { ...payload, repository: repositoryOf(place), label, changes: { name: { from: was } } },
  };
}

export function labelDeleted(place: Place, name: string): Told {
  const { payload } = example('label.deleted');
  return { event: 'label', payload: { ...payload, repository: repositoryOf(place), label: labelOf(place, name) } };
}

/** `place` is the repository as it is afterwards; `at` is when. */
export function repositoryChanged(
  action: 'renamed' | 'privatized' | 'publicized' | 'deleted',
  place: Place,
  at: string,
): Told {
  const { payload } = example('repository.edited');
  return {
    event: 'repository',
    payload: { ...payload, action, repository: { ...repositoryOf(place), updated_at: at } },
  };
}

/** The same, as the event of another action: an issue's last words in the repository that it leaves. */
export function as(action: 'transferred' | 'deleted', { event, payload }: Told): Told {
  return { event, payload: { ...payload, action } };
}

function repositoryOf(place: Place): Payload {
  return told(place, 'any').payload['repository'] as Payload;
}

function labelOf(place: Place, name: string): Payload {
  return told(place, name).payload['label'] as Payload;
}

/** Somebody labels an issue: shows how the stories tell of the place, and of the label by its number. */
function told(place: Place, label: string) {
  return issueStory(storyClock(), place, 1, { title: '', body: null, author: mentor }).labeled(label);
}
