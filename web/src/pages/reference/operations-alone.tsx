import { Title, VisuallyHidden } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

/** The name of the layout that the plugin brings. */
export const LAYOUT = 'OperationsAlone';

type GetComponent = (name: string, isContainer: boolean) => ComponentType;
type Show = (thing: readonly string[], isShown: boolean) => unknown;

function OperationsAlone({ getComponent }: { getComponent: GetComponent }) {
  const Operations = getComponent('operations', true);
  return (
    <div className="swagger-ui">
      <Title order={2} size="h4">
        Operations
      </Title>
      <Operations />
    </div>
  );
}

const Example = ({ children }: { children: ReactNode }) => <pre className="microlight">{children}</pre>;

const Nothing = () => null;

interface AccordionProps {
  readonly expanded: boolean;
  readonly children: ReactNode;
  readonly onChange: () => unknown;
}

/** What unfolds a schema is named also where the schema has no name. */
const named = (Accordion: ComponentType<AccordionProps>) => (props: AccordionProps) => (
  <Accordion {...props}>
    {props.children}
    <VisuallyHidden>details</VisuallyHidden>
  </Accordion>
);

/** One operation is open at a time: each has a landmark for its answers, and landmarks of one name must not be many. */
function oneAtATime() {
  let last: readonly string[] | undefined;
  return (show: Show): Show =>
    (thing, isShown) => {
      if (thing[0] === 'operations' && isShown) {
        if (last) show(last, false);
        last = thing;
      }
      return show(thing, isShown);
    };
}

/**
 * A plugin of Swagger UI: its operations without a page around them, as they stand in one, and without what is for
 * sending requests. Nobody enters a key here.
 */
export const operationsAlone = () => ({
  components: { [LAYOUT]: OperationsAlone, SyntaxHighlighter: Example, JsonSchemaForm: Nothing },
  wrapComponents: { authorizeOperationBtn: () => Nothing, JSONSchema202012Accordion: named },
  statePlugins: { layout: { wrapActions: { show: oneAtATime() } } },
});
