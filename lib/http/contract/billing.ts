import * as z from 'zod';
import { operation } from '../operation.ts';
import { email } from './common.schema.ts';

const pack = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'Invalid pack: expected the name of a pack, as in small')
  .meta({ description: "The name of one of the packs of the account's plan.", example: 'small' });

export const checkout = operation({
  id: 'checkout',
  summary: 'Make a page where a pack of credits is paid',
  method: 'POST',
  path: '/api/billing/checkout',
  access: 'user',
  body: z.strictObject({
    email,
    pack,
    savePaymentMethod: z
      .boolean()
      .default(false)
      .meta({ description: 'Lets credits be topped up later by what is paid with.' }),
  }),
  status: 201,
  response: z.object({ url: z.url().meta({ description: 'Where the buyer is to go.' }) }),
});

export const billingWebhook = operation({
  id: 'billing-webhook',
  summary: 'Take a notice of the payment provider, signed by it',
  method: 'POST',
  path: '/api/billing/webhook',
  access: 'public',
  headers: z.object({
    'stripe-signature': z.string().meta({ description: 'Signs the body, to the byte, and the time.' }),
  }),
  readsBody: true,
  status: 200,
  response: z.object({
    settled: z.boolean().meta({ description: 'Whether it was about a payment of ours, of an account that is there.' }),
  }),
});

const MOST = 1_000_000_000;

const settings = {
  threshold: z
    .int()
    .min(0)
    .max(MOST)
    .meta({ description: 'Topped up where no more credits than these are left, or fewer than a refused call needed.' }),
  pack,
  monthlyCap: z.int().min(1).max(MOST).meta({
    description: "The most that is charged in a calendar month (UTC), in the least unit of the pack's currency.",
  }),
};

/** How a user pays, as they see it. */
export const billing = z
  .object({
    isConfigured: z.boolean().meta({ description: 'Whether credits can be bought here.' }),
    paymentMethod: z
      .object({ brand: z.string(), last4: z.string() })
      .nullable()
      .meta({ description: 'What top-ups are charged to.' }),
    topUp: z
      .object({
        threshold: z.int(),
        pack: z.string(),
        monthlyCap: z.int(),
        chargedThisMonth: z.int().meta({ description: 'By top-ups, in the least unit of the currency.' }),
        inFlight: z.boolean().meta({ description: 'Whether one is under way.' }),
      })
      .nullable(),
  })
  .meta({ id: 'Billing' });

export const setTopUp = operation({
  id: 'set-top-up',
  summary: 'Have credits topped up by the saved payment method',
  method: 'PUT',
  path: '/api/user/top-up/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  body: z.strictObject(settings),
  status: 200,
  response: billing,
});

export const stopTopUp = operation({
  id: 'stop-top-up',
  summary: 'Have credits topped up no more',
  method: 'DELETE',
  path: '/api/user/top-up/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  status: 200,
  response: billing,
});
