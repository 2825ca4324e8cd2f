import { ScrollArea, type ScrollAreaProps } from '@mantine/core';

/** By what it is named: words of its own, or the heading beside it. */
type Name = { readonly 'aria-label': string } | { readonly 'aria-labelledby': string };

/** What may be wider than the page: it is scrolled by keyboard too, and screen readers tell it by name. */
export function ScrollRegion({ children, name, ...props }: ScrollAreaProps & { name: Name }) {
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, role: 'region', ...name }} {...props}>
      {children}
    </ScrollArea>
  );
}
