/* engineio-client.c: dials out
 *
 * The session that comes out is the same as a server's, from the other end. By which transport it
 * is opened is in engineio-session-dial.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-client.h"

#include <glib/gi18n-lib.h>

#include "engineio-session-private.h"

/**
 * engineio_client_open:
 * @options: how to come to the server, and the limits of the session's queue
 * @address: `http://host:port`, or with https, ws or wss; a query is sent along, a path is ignored:
 * the options have it
 * @timeout: milliseconds that the server has to answer; 0 for no limit
 * @error: return location for %ENGINEIO_ERROR_INVALID_ADDRESS, or %ENGINEIO_ERROR_FAILED if the
 * options name no transport
 *
 * Begins to open a session. Its handler, to be set at once, is told `opened`, or `closed` with
 * [method@EngineioSession.get_error] telling why.
 *
 * Returns: (transfer full) (nullable): the session; %NULL with an error
 */
EngineioSession *
engineio_client_open (EngineioClientOptions *options,
                      const char *address,
                      guint timeout,
                      GError **error)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  g_autoptr (EngineioDialer) dialer = engineio_dialer_new (options, address, error);
  g_autoptr (EngineioTransport) transport = NULL;
  EngineioDial *dial;
  EngineioSession *session;

  if (dialer == NULL)
    return NULL;

  dial = engineio_dial_new (dialer, poller);
  transport = engineio_dial_next (dial);
  if (transport == NULL)
    {
      engineio_dial_free (dial);
      g_set_error_literal (error, ENGINEIO_ERROR, ENGINEIO_ERROR_FAILED,
                           _ ("There is no transport to connect by"));
      return NULL;
    }

  session = engineio_session_new (ENGINEIO_SESSION_CLIENT, ENGINEIO_OPTIONS (options), poller,
                                  transport, NULL);
  session->dial = dial;
  if (timeout > 0)
    engineio_session_start_dial_timer (session, timeout);

  return session;
}
