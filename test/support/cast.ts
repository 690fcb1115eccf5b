// The people and places that histories in tests are about.
import type { Person, Place } from '../../src/commands/scene.ts';

export const asha: Person = { id: 101, login: 'asha' };
export const ravi: Person = { id: 102, login: 'ravi' };
export const meera: Person = { id: 103, login: 'meera' };
export const mentor: Person = { id: 201, login: 'mentor-devi' };
export const bot: Person = { id: 301, login: 'dependabot[bot]' };

export const sunbird: Place = { id: 9001, fullName: 'Sunbird/core' };
export const digit: Place = { id: 9002, fullName: 'egovernments/digit' };
