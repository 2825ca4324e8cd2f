import { Card, ScrollArea, Table, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { COLUMNS, type Column, type Order, type Row } from './rows.ts';

/** A row in one line; on a narrow screen rows are higher, which is measured. */
const ROW_HEIGHT = 37;
/** Rows that are there above and below those in sight. */
const OVERSCAN = 8;

/** A table of any length: of its rows, those in sight are in the document. */
export function UsageTable({
  rows,
  order,
  onOrder,
}: {
  rows: readonly Row[];
  order: Order;
  onOrder: (order: Order) => void;
}) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const drawn = virtualizer.getVirtualItems();
  const above = drawn[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (drawn.at(-1)?.end ?? 0);
  return (
    <Card withBorder padding={0}>
      <ScrollArea.Autosize
        mah="65vh"
        viewportRef={viewport}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Usage by route and key' }}
      >
        <Table
          className="cards"
          stickyHeader
          horizontalSpacing="md"
          miw={{ base: 0, sm: 720 }}
          aria-rowcount={rows.length + 1}
          style={{ '--cards-columns': 4 }}
        >
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map((column) => (
                <Heading key={column.name} column={column} order={order} onOrder={onOrder} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Gap height={above} />
            {drawn.map(({ index }) => {
              const row = rows[index];
              return row ? (
                <UsageRow
                  key={`${row.keyId} ${row.route}`}
                  row={row}
                  index={index}
                  measure={virtualizer.measureElement}
                />
              ) : null;
            })}
            <Gap height={below} />
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Card>
  );
}

/** Stands for the rows that are out of sight. */
const Gap = ({ height }: { height: number }) => (height > 0 ? <tr aria-hidden style={{ height }} /> : null);

const UsageRow = memo(function UsageRow({
  row,
  index,
  measure,
}: {
  row: Row;
  index: number;
  measure: (element: HTMLElement | null) => void;
}) {
  return (
    <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      {COLUMNS.map(({ name, label, isNumber, shown }) => (
        <Table.Td
          key={name}
          className={isNumber ? 'number' : 'name'}
          data-label={isNumber ? label : undefined}
          data-wide={isNumber ? undefined : true}
        >
          {shown(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
});

function Heading({
  column: { name, label, isNumber },
  order,
  onOrder,
}: {
  column: Column;
  order: Order;
  onOrder: (order: Order) => void;
}) {
  const isOrdered = order.column === name;
  const direction = order.isDescending ? 'descending' : 'ascending';
  const next = isOrdered ? !order.isDescending : isNumber;
  return (
    <Table.Th className={isNumber ? 'number' : undefined} aria-sort={isOrdered ? direction : 'none'}>
      <UnstyledButton fz="sm" fw={650} onClick={() => onOrder({ column: name, isDescending: next })}>
        {label}
        <span aria-hidden>{isOrdered ? (order.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
}
