import { moveCredits, readEntry } from '../lib/credits/credits.store.ts';
import { viewEntry } from '../lib/credits/entry-view.ts';
import { grantCredits } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { Problem } from '../lib/http/problem.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(grantCredits, async ({ params: { email }, headers, body, actor, at }) => {
  const grant = { ...body, idempotencyKey: headers['idempotency-key'] };
  const result = await moveCredits(db, { email, actor, at }, grant);
  switch (result.kind) {
    case 'moved':
      return { body: viewEntry(result.entry) };
    case 'repeated': {
      const entry = await readEntry(db, email, result.entryId);
      if (!entry) throw new Error(`entry ${result.entryId} is not in the ledger`);
      const earlier = entry.included + entry.purchased;
      if (earlier !== body.amount || entry.reason !== body.reason) {
        const given = `${body.amount} for ${JSON.stringify(body.reason)}`;
        const used = `${earlier} for ${JSON.stringify(entry.reason)}`;
        throw new Problem('conflict', `The Idempotency-Key was used for ${used}; given ${given}, expected the same`);
      }
      return { body: viewEntry(entry) };
    }
    case 'insufficient':
      throw new Problem(
        'conflict',
        `The account has ${result.purchased} purchased credits; ${-body.amount} cannot be taken back`,
      );
  }
});
