/* test-dialect.c: clients of Socket.IO 1 and 2, packet by packet
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "raw-peer.h"

#include "socketio-parser.h"

#define OLD_TARGET  "/socket.io/?EIO=3&transport=websocket"
#define OLD_POLLING "/socket.io/?EIO=3&transport=polling"

/* {{{ The fixture */

static char *
get_auth (SocketioServerSocket *socket)
{
  JsonNode *auth = socketio_server_socket_get_auth (socket);

  return auth != NULL ? json_to_string (auth, FALSE) : g_strdup ("none");
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, GString *log)
{
  g_autofree char *auth = get_auth (socket);

  note (log, "%s:%s", socketio_namespace_get_name (namespace_), auth);
}

static void
refuse (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer data)
{
  socketio_admission_refuse (admission, "no", data);
}

static void
keep (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer kept)
{
  *(SocketioAdmission **)kept = g_object_ref (admission);
}

/* Before the server listens. */
static void
let_in (RawFixture *fixture)
{
  SocketioNamespace *adm = socketio_server_of (fixture->server, "/adm");

  g_object_set (fixture->options, "allow-eio3", TRUE, NULL);
  g_signal_connect (adm, "connection", G_CALLBACK (on_connection), fixture->log);
  raw_listen (fixture);
}

/* Opens a session and gives its id. */
static RawWebsocket *
open_session (RawFixture *fixture, char **id)
{
  RawWebsocket *peer = raw_websocket_new (socketio_server_get_port (fixture->server), OLD_TARGET);
  g_autoptr (RawFrame) open = raw_websocket_receive (peer);
  const char *start = open->data + strlen ("0{\"sid\":\"");

  *id = g_strndup (start, strcspn (start, "\""));
  return peer;
}

static RawWebsocket *
join (RawFixture *fixture, char **id)
{
  RawWebsocket *peer;

  let_in (fixture);
  peer = open_session (fixture, id);
  raw_websocket_expect (peer, "40");
  return peer;
}

/* }}} */

static void
test_joins_by_itself (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  g_assert_cmpstr (socketio_socket_get_id (fixture->far), ==, id);
  g_assert_null (socketio_server_socket_get_auth (SOCKETIO_SERVER_SOCKET (fixture->far)));
  raw_websocket_send (peer, "420[\"a\",1]");
  raw_websocket_expect (peer, "430[1]");
  raw_websocket_send (peer, "41");
  test_settle ();
  assert_log (fixture->log, "a(1) far:client namespace disconnect");
}

static char *
get_body (RawClient *client, const char *target)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);
  g_autoptr (RawResponse) response = raw_client_ask (client, request);

  g_assert_cmpuint (response->status, ==, 200);
  return raw_response_dup_body (response);
}

/* There are clients that read no further than the handshake in their first answer. */
static void
test_polling (RawFixture *fixture, gconstpointer data)
{
  static const char start[] = "97:0{\"sid\":\"";
  g_autoptr (RawClient) client = NULL;
  g_autofree char *handshake = NULL;
  g_autofree char *target = NULL;
  g_autofree char *answer = NULL;

  let_in (fixture);
  client = raw_client_new (socketio_server_get_port (fixture->server));
  handshake = get_body (client, OLD_POLLING);
  g_assert_true (g_str_has_prefix (handshake, start));
  g_assert_cmpuint (strlen (handshake), ==, strlen ("97:") + 97);

  target = g_strdup_printf (OLD_POLLING "&sid=%.20s", handshake + strlen (start));
  answer = get_body (client, target);
  g_assert_cmpstr (answer, ==, "2:40");
}

static void
test_binary (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);
  g_autoptr (RawFrame) frame = NULL;

  raw_websocket_send (peer, "451-0[\"b\",{\"_placeholder\":true,\"num\":0}]");
  raw_websocket_send_frame (peer, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, "\4\1\2", 3);
  raw_websocket_expect (peer, "461-0[{\"_placeholder\":true,\"num\":0}]");
  frame = raw_websocket_receive (peer);
  g_assert_true (frame->binary);
  g_assert_cmpmem (frame->data, frame->length, "\4\1\2", 3);
}

static void
expect_joined (RawFixture *fixture, RawWebsocket *peer, const char *packet, const char *auth)
{
  raw_websocket_send (peer, packet);
  raw_websocket_expect (peer, "40/adm,");
  assert_log (fixture->log, auth);
  raw_websocket_send (peer, "41/adm,");
}

static void
test_query (RawFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *packet, *auth;
  } rows[] = {
    { "40/adm", "/adm:none" },
    { "40/adm,", "/adm:none" },
    { "40/adm?token=ab,", "/adm:{\"token\":\"ab\"}" },
    { "40/adm?token=ab", "/adm:{\"token\":\"ab\"}" },
    { "40/adm?", "/adm:{}" },
    { "40/adm?a=1&b=&c&=d&&a=2", "/adm:{\"a\":\"2\",\"b\":\"\",\"c\":\"\",\"\":\"d\"}" },
    { "40/adm?a=b=c?d", "/adm:{\"a\":\"b=c?d\"}" },
    { "40/adm?a%20b=c+d%2Ce%26f", "/adm:{\"a b\":\"c d,e&f\"}" },
    { "40/adm?%ED%99%A9=%F0%9F%98%80", "/adm:{\"황\":\"😀\"}" },
    { "40/adm?황=가", "/adm:{\"황\":\"가\"}" },
    { "40/adm?a=%&b=%4&c=%zz&d=100%",
      "/adm:{\"a\":\"%\",\"b\":\"%4\",\"c\":\"%zz\",\"d\":\"100%\"}" },
    { "40/adm?a=%ff&b=x%00y", "/adm:{\"a\":\"\xef\xbf\xbd\",\"b\":\"x\xef\xbf\xbdy\"}" },
  };
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    expect_joined (fixture, peer, rows[i].packet, rows[i].auth);
}

/* What a client of the current protocol has behind the name stays of no use to it. */
static void
test_query_of_new_client (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  let_in (fixture);
  peer = raw_peer_new (fixture);
  raw_websocket_send (peer, "40/adm?token=ab,{\"token\":\"cd\"}");
  raw_peer_expect_joined (peer, "40/adm,");
  assert_log (fixture->log, "/adm:{\"token\":\"cd\"}");
}

static void
test_long_query (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *fill = g_strnfill (SOCKETIO_PARSER_MAX_QUERY - 2, 'x');
  g_autofree char *most = g_strdup_printf ("40/adm?a=%s,", fill);
  g_autofree char *more = g_strdup_printf ("40/adm?a=%sx,", fill);
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  raw_websocket_send (peer, most);
  raw_websocket_expect (peer, "40/adm,");
  raw_websocket_send (peer, "41/adm");
  raw_websocket_send (peer, more);
  raw_peer_expect_end (peer);
}

static void
test_ids (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *in_namespace = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  raw_websocket_send (peer, "40/adm,");
  raw_websocket_expect (peer, "40/adm,");
  in_namespace = g_strconcat ("/adm#", id, NULL);
  g_assert_nonnull (
    socketio_namespace_lookup (socketio_server_of (fixture->server, "/adm"), in_namespace));
  g_assert_nonnull (socketio_namespace_lookup (socketio_server_of (fixture->server, "/"), id));
}

/* An id that anybody may learn gives no session of the current protocol away. */
static void
test_ids_of_new_client (RawFixture *fixture, gconstpointer data)
{
  RawWebsocket *peer;
  g_autoptr (RawFrame) open = NULL;

  let_in (fixture);
  peer = raw_websocket_new (socketio_server_get_port (fixture->server), RAW_PEER_TARGET);
  open = raw_websocket_receive (peer);
  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");
  g_assert_null (strstr (open->data, socketio_socket_get_id (fixture->far)));
  raw_websocket_free (peer);
}

static void
test_refusals (RawFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *data, *told;
  } rows[] = {
    { NULL, "\"no\"" },
    { "null", "\"no\"" },
    { "false", "\"no\"" },
    { "0", "\"no\"" },
    { "\"\"", "\"no\"" },
    { "true", "true" },
    { "7", "7" },
    { "0.5", "0.5" },
    { "\"why\"", "\"why\"" },
    { "{\"k\":1}", "{\"k\":1}" },
    { "[]", "[]" },
  };
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdup_printf ("/n%u", i);
      g_autofree char *packet = g_strdup_printf ("40%s", name);
      g_autofree char *answer = g_strdup_printf ("44%s,%s", name, rows[i].told);
      JsonNode *node = rows[i].data != NULL ? json_from_string (rows[i].data, NULL) : NULL;

      socketio_namespace_use (socketio_server_of (fixture->server, name), refuse, node,
                              node != NULL ? (GDestroyNotify)json_node_unref : NULL);
      raw_websocket_send (peer, packet);
      raw_websocket_expect (peer, answer);
    }

  raw_websocket_send (peer, "40/nowhere,");
  raw_websocket_expect (peer, "44/nowhere,\"Invalid namespace\"");
  raw_websocket_send (peer, "420[\"a\"]");
  raw_websocket_expect (peer, "430[]");
}

/* It did not ask to join `/`, and is told that it may not. */
static void
test_refused_at_once (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_namespace_use (socketio_server_of (fixture->server, "/"), refuse, NULL, NULL);
  let_in (fixture);
  peer = open_session (fixture, &id);
  raw_websocket_expect (peer, "44\"no\"");
  raw_websocket_send (peer, "40/adm,");
  raw_websocket_expect (peer, "40/adm,");
  raw_websocket_send (peer, "42[\"a\"]");
  raw_peer_expect_end (peer);
}

static void
test_answered_late (RawFixture *fixture, gconstpointer data)
{
  SocketioAdmission *kept = NULL;
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_namespace_use (socketio_server_of (fixture->server, "/"), keep, &kept, NULL);
  let_in (fixture);
  peer = open_session (fixture, &id);
  test_wait (kept != NULL);
  g_assert_null (raw_websocket_poll (peer));
  raw_websocket_send (peer, "40/adm,");
  raw_websocket_expect (peer, "40/adm,");
  socketio_admission_allow (kept);
  g_object_unref (kept);
  raw_websocket_expect (peer, "40");
}

/* The client may be gone by then. */
static void
test_answered_too_late (RawFixture *fixture, gconstpointer data)
{
  SocketioAdmission *kept = NULL;
  g_autofree char *id = NULL;
  RawWebsocket *peer;

  socketio_namespace_use (socketio_server_of (fixture->server, "/"), keep, &kept, NULL);
  let_in (fixture);
  peer = open_session (fixture, &id);
  test_wait (kept != NULL);
  raw_websocket_free (peer);
  test_wait (socketio_server_get_n_connections (fixture->server) == 0);
  socketio_admission_allow (kept);
  g_object_unref (kept);
  g_assert_null (fixture->far);
}

static void
test_disconnect (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (fixture->far), TRUE);
  raw_websocket_expect (peer, "41");
  raw_peer_expect_end (peer);
}

/* It is there already. */
static void
test_second_connect (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) peer = join (fixture, &id);

  raw_websocket_send (peer, "40");
  raw_peer_expect_end (peer);
}

/* One event for everybody. */
static void
test_broadcast (RawFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (RawWebsocket) old = join (fixture, &id);
  g_autoptr (RawWebsocket) new = raw_peer_new_joined (fixture);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\1\2", 2);
  g_autoptr (RawFrame) to_old = NULL;
  g_autoptr (RawFrame) to_new = NULL;

  socketio_arguments_add_bytes (arguments, bytes);
  socketio_server_emit (fixture->server, "b", arguments);
  raw_websocket_expect (old, "451-[\"b\",{\"_placeholder\":true,\"num\":0}]");
  raw_websocket_expect (new, "451-[\"b\",{\"_placeholder\":true,\"num\":0}]");
  to_old = raw_websocket_receive (old);
  to_new = raw_websocket_receive (new);
  g_assert_cmpmem (to_old->data, to_old->length, "\4\1\2", 3);
  g_assert_cmpmem (to_new->data, to_new->length, "\1\2", 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  raw_test_add ("/dialect/joins-by-itself", NULL, test_joins_by_itself);
  raw_test_add ("/dialect/polling", NULL, test_polling);
  raw_test_add ("/dialect/binary", NULL, test_binary);
  raw_test_add ("/dialect/query", NULL, test_query);
  raw_test_add ("/dialect/query/of-new-client", NULL, test_query_of_new_client);
  raw_test_add ("/dialect/query/long", NULL, test_long_query);
  raw_test_add ("/dialect/ids", NULL, test_ids);
  raw_test_add ("/dialect/ids/of-new-client", NULL, test_ids_of_new_client);
  raw_test_add ("/dialect/refusals", NULL, test_refusals);
  raw_test_add ("/dialect/refused-at-once", NULL, test_refused_at_once);
  raw_test_add ("/dialect/answered-late", NULL, test_answered_late);
  raw_test_add ("/dialect/answered-too-late", NULL, test_answered_too_late);
  raw_test_add ("/dialect/disconnect", NULL, test_disconnect);
  raw_test_add ("/dialect/second-connect", NULL, test_second_connect);
  raw_test_add ("/dialect/broadcast", NULL, test_broadcast);

  return g_test_run ();
}
