import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiError } from './api/problem.ts';
import { App } from './app.tsx';
import { StartError } from './parts/start-error.tsx';
import { loadConfig } from './session/config.ts';
import { createSession } from './session/session.ts';
import { SessionProvider } from './session/session-context.tsx';
import { resolver, theme } from './theme.ts';

/** What the service has judged is not asked again; what did not get through is. */
const shouldRetry = (count: number, error: unknown): boolean =>
  count < 2 && !(error instanceof ApiError && error.status < 500);

const queries = new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 1_000 } } });

const root = createRoot(document.getElementById('root') as HTMLElement);

try {
  const session = createSession(await loadConfig());
  const goOn = await session.finishSignIn();
  if (goOn !== undefined) window.history.replaceState(null, '', goOn);
  const user = await session.manager.getUser();
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <SessionProvider session={session} initial={user}>
            <BrowserRouter>
              <App />
            </BrowserRouter>
          </SessionProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <StartError error={error} />
    </MantineProvider>,
  );
}
