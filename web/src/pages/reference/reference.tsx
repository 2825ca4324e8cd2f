import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import SwaggerUI from 'swagger-ui-react';
import 'swagger-ui-react/swagger-ui.css';
import './reference.css';
import { api, bodyOf } from '../../api/client.ts';
import { Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { LAYOUT, operationsAlone } from './operations-alone.tsx';

const PLUGINS = [operationsAlone];

/** Swagger UI is dark where the document has this class. */
function useDarkMode(): void {
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const { classList } = document.documentElement;
    classList.toggle('dark-mode', scheme === 'dark');
    return () => classList.remove('dark-mode');
  }, [scheme]);
}

/** The contract, as the service itself tells it. */
export default function Reference() {
  useDarkMode();
  const contract = useQuery({
    queryKey: ['openapi'],
    queryFn: () => bodyOf(api.GET('/api/openapi.json')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page title="API reference" lead="The contract, as the service itself tells it: /api/openapi.json.">
      <QueryState query={contract} rows={10}>
        {(document) => <SwaggerUI spec={document} layout={LAYOUT} plugins={PLUGINS} supportedSubmitMethods={[]} />}
      </QueryState>
    </Page>
  );
}
