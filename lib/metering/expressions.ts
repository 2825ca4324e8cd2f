import { type Account, hot, versionOf } from '../accounts/account.ts';
import type { Charge } from './charge.ts';
import { containerOf, type Marker } from './marker.ts';

/** The expressions of the one update that writes a call's charges, and what must hold for it. */
export interface ChargeExpressions {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, string | number>;
}

const clause = (word: string, parts: readonly string[]): string =>
  parts.length > 0 ? `${word} ${parts.join(', ')} ` : '';

/**
 * Holds for the first write of a call only, also if a later call of the container was written by then. A place that is
 * taken from nobody, or from a container that is gone, must be as it was seen, so that two that take it at once part.
 */
function unrepeated({ attribute, over }: Marker): string {
  const later = `(begins_with(${attribute}, :container) AND ${attribute} < :marker)`;
  switch (over.kind) {
    case 'nothing':
      return `(attribute_not_exists(${attribute}) OR ${later})`;
    case 'gone':
      return `(${attribute} = :gone OR ${later})`;
    case 'any':
      return `(NOT begins_with(${attribute}, :container) OR ${attribute} < :marker)`;
  }
}

/**
 * Writes charges as one conditional update. The condition repeats what made the answer true: the account's version,
 * every counter below its bound, every balance enough, and that this very call was not charged before.
 *
 * Attributes are named without placeholders: each name has a digit or is too short to be a reserved word.
 */
export function chargeExpressions(account: Account, charges: readonly Charge[], marker: Marker): ChargeExpressions {
  const sets: string[] = [`${marker.attribute} = :marker`];
  const adds: string[] = [];
  const removes: string[] = [];
  const conditions: string[] = [`${hot.version} = :version`, unrepeated(marker)];
  const values: Record<string, string | number> = {
    ':version': versionOf(account),
    ':marker': marker.value,
    ':container': containerOf(marker.value),
    ...(marker.over.kind === 'gone' && { ':gone': marker.over.marker }),
  };
  charges.forEach((charge, index) => {
    const { attribute } = charge;
    const value = `:${index}`;
    switch (charge.kind) {
      case 'add':
        adds.push(`${attribute} ${value}`);
        values[value] = charge.amount;
        if (charge.atMost === undefined) break;
        conditions.push(`(attribute_not_exists(${attribute}) OR ${attribute} <= ${value}b)`);
        values[`${value}b`] = charge.atMost - charge.amount;
        break;
      case 'take':
        adds.push(`${attribute} ${value}`);
        values[value] = -charge.amount;
        conditions.push(`${attribute} >= ${value}b`);
        values[`${value}b`] = charge.amount;
        break;
      case 'set':
        sets.push(`${attribute} = ${value}`);
        values[value] = charge.value;
        break;
      case 'remove':
        removes.push(attribute);
        break;
    }
  });
  return {
    UpdateExpression: (clause('SET', sets) + clause('ADD', adds) + clause('REMOVE', removes)).trimEnd(),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeValues: values,
  };
}
