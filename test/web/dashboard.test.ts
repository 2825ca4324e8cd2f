import { afterAll, beforeAll, describe } from 'vitest';
import { accounts } from './flows/accounts.ts';
import { everyPage } from './flows/every-page.ts';
import { keyLife } from './flows/key-life.ts';
import { keyboard } from './flows/keyboard.ts';
import { manyKeys } from './flows/many-keys.ts';
import { states } from './flows/states.ts';
import { type Stage, startStage } from './support/stage.ts';

// One stage for all: to start the service and a browser takes longer than most of what is done there.
let started: Stage | undefined;
const stage = (): Stage => {
  if (!started) throw new Error('the stage has not started');
  return started;
};
beforeAll(async () => {
  started = await startStage();
}, 120_000);
afterAll(() => started?.close());

describe('the life of a key', () => keyLife(stage));
describe('accounts', () => accounts(stage));
describe('every page', () => everyPage(stage));
describe('the keyboard', () => keyboard(stage));
describe('what is not there', () => states(stage));
describe('50 keys on 40 routes', () => manyKeys(stage));
