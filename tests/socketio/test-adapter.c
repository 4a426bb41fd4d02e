/* test-adapter.c: who is in which room, in the adapter in memory
 *
 * Members are numbers here: an adapter does not look at them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-memory-adapter.h"

#include "test-loop.h"

#define MEMBER(n) GINT_TO_POINTER (n)

/* {{{ Looking at it */

static GPtrArray *
split (const char *names)
{
  GPtrArray *rooms;
  g_auto (GStrv) parts = NULL;

  if (names == NULL)
    return NULL;

  rooms = g_ptr_array_new_with_free_func (g_free);
  parts = g_strsplit (names, " ", 0);
  for (guint i = 0; parts[i] != NULL; i++)
    g_ptr_array_add (rooms, g_strdup (parts[i]));
  return rooms;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (*(gconstpointer *)a) - GPOINTER_TO_INT (*(gconstpointer *)b);
}

static void
add_member (gpointer member, gpointer members)
{
  g_ptr_array_add (members, member);
}

static char *
list_audience (SocketioAdapter *adapter, const char *rooms, const char *except)
{
  SocketioAudience audience = { split (rooms), split (except), FALSE, FALSE };
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  socketio_adapter_foreach (adapter, &audience, add_member, members);
  g_ptr_array_sort (members, compare_members);
  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", GPOINTER_TO_INT (members->pdata[i]));

  g_clear_pointer (&audience.rooms, g_ptr_array_unref);
  g_clear_pointer (&audience.except, g_ptr_array_unref);
  return g_string_free (text, FALSE);
}

static void
assert_audience (SocketioAdapter *adapter,
                 const char *rooms,
                 const char *except,
                 const char *members)
{
  g_autofree char *listed = list_audience (adapter, rooms, except);

  g_assert_cmpstr (listed, ==, members);
}

static void
add_room (gpointer room, gpointer rooms)
{
  g_ptr_array_add (rooms, room);
}

static int
compare_rooms (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

static char *
list_rooms (SocketioAdapter *adapter, gpointer member)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();

  socketio_adapter_foreach_room (adapter, member, add_room, rooms);
  g_ptr_array_sort (rooms, compare_rooms);
  g_ptr_array_add (rooms, NULL);
  return g_strjoinv (" ", (char **)rooms->pdata);
}

static void
assert_rooms (SocketioAdapter *adapter, int member, const char *rooms)
{
  g_autofree char *listed = list_rooms (adapter, MEMBER (member));

  g_assert_cmpstr (listed, ==, rooms);
}

/* }}} */

static SocketioAdapter *
new_with_three (void)
{
  SocketioAdapter *adapter = socketio_memory_adapter_new ();

  socketio_adapter_add_member (adapter, MEMBER (1), "id1");
  socketio_adapter_add_member (adapter, MEMBER (2), "id2");
  socketio_adapter_add_member (adapter, MEMBER (3), "id3");
  return adapter;
}

static void
test_both_ways (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_three ();

  socketio_adapter_join (adapter, MEMBER (1), "a");
  socketio_adapter_join (adapter, MEMBER (1), "b");
  socketio_adapter_join (adapter, MEMBER (2), "a");
  socketio_adapter_join (adapter, MEMBER (2), "a");
  assert_audience (adapter, "a", NULL, "1 2");
  assert_audience (adapter, "b", NULL, "1");
  assert_rooms (adapter, 1, "a b");
  assert_rooms (adapter, 2, "a");
  assert_rooms (adapter, 3, "");

  socketio_adapter_leave (adapter, MEMBER (1), "a");
  socketio_adapter_leave (adapter, MEMBER (1), "a");
  socketio_adapter_leave (adapter, MEMBER (3), "a");
  socketio_adapter_leave (adapter, MEMBER (3), "nowhere");
  assert_audience (adapter, "a", NULL, "2");
  assert_rooms (adapter, 1, "b");

  socketio_adapter_remove_member (adapter, MEMBER (1), "id1");
  assert_audience (adapter, "b", NULL, "");
  assert_audience (adapter, NULL, NULL, "2 3");
  assert_rooms (adapter, 1, "");
}

static void
test_audience (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_three ();
  SocketioAudience nowhere = { .rooms = g_ptr_array_new () };
  g_autoptr (GPtrArray) members = g_ptr_array_new ();

  socketio_adapter_join (adapter, MEMBER (1), "a");
  socketio_adapter_join (adapter, MEMBER (2), "a");
  socketio_adapter_join (adapter, MEMBER (2), "b");

  assert_audience (adapter, NULL, NULL, "1 2 3");
  assert_audience (adapter, "a b", NULL, "1 2");
  assert_audience (adapter, "a a", NULL, "1 2");
  assert_audience (adapter, "nowhere", NULL, "");
  assert_audience (adapter, NULL, "b", "1 3");
  assert_audience (adapter, NULL, "a b", "3");
  assert_audience (adapter, "a", "b", "1");
  assert_audience (adapter, "a b", "nowhere", "1 2");
  assert_audience (adapter, "a", "a", "");

  /* No rooms at all is everybody. */
  socketio_adapter_foreach (adapter, &nowhere, add_member, members);
  g_assert_cmpuint (members->len, ==, 3);
  g_ptr_array_unref (nowhere.rooms);
}

/* A member's id is a room of its own, whoever else has joined one of that name. */
static void
test_own_room (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_three ();

  assert_audience (adapter, "id2", NULL, "2");
  assert_audience (adapter, "id1 id2", "id1", "2");
  assert_audience (adapter, NULL, "id1", "2 3");

  socketio_adapter_join (adapter, MEMBER (2), "id2");
  assert_rooms (adapter, 2, "");
  socketio_adapter_leave (adapter, MEMBER (2), "id2");
  assert_audience (adapter, "id2", NULL, "2");

  socketio_adapter_join (adapter, MEMBER (1), "id2");
  assert_audience (adapter, "id2", NULL, "1 2");
  assert_audience (adapter, NULL, "id2", "3");
  socketio_adapter_remove_member (adapter, MEMBER (2), "id2");
  assert_audience (adapter, "id2", NULL, "1");
}

static void
test_unknown_member (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_three ();

  socketio_adapter_join (adapter, MEMBER (9), "a");
  assert_audience (adapter, "a", NULL, "");
  socketio_adapter_leave (adapter, MEMBER (9), "a");
  socketio_adapter_remove_member (adapter, MEMBER (9), "id9");
  socketio_adapter_remove_member (adapter, MEMBER (9), "id1");
  assert_audience (adapter, NULL, NULL, "1 2 3");
  assert_audience (adapter, "id1", NULL, "1");
  g_assert_cmpuint (socketio_adapter_count_servers (adapter), ==, 1);
}

#define N_VISITS   200000
#define MAX_GROWTH (8 * 1024 * 1024)

/* Nothing is left of members who have gone, nor of rooms that nobody is in. */
static void
test_nothing_left (void)
{
  g_autoptr (SocketioAdapter) adapter = socketio_memory_adapter_new ();
  gsize before = 0;

  for (guint i = 0; i < N_VISITS; i++)
    {
      g_autofree char *room = g_strdup_printf ("%0100u", i);
      gpointer member = MEMBER (i + 1);

      /* The first ones fill malloc's own tables. */
      if (i == 1000)
        before = test_get_memory ();
      socketio_adapter_add_member (adapter, member, room + 50);
      socketio_adapter_join (adapter, member, room);
      if (i % 2 == 0)
        socketio_adapter_leave (adapter, member, room);
      socketio_adapter_remove_member (adapter, member, room + 50);
    }
  g_assert_cmpuint (test_get_memory (), <, before + MAX_GROWTH);
}

/* {{{ Delivering */

typedef struct
{
  GPtrArray *members;
  SocketioWire *wire;
  guint n_delivered;
  gboolean is_volatile;
} Deliveries;

static gboolean
deliver (gpointer member, SocketioWire *wire, gboolean is_volatile, gpointer user_data)
{
  Deliveries *deliveries = user_data;

  g_assert_true (deliveries->members->len == 0 || deliveries->wire == wire);
  deliveries->wire = wire;
  deliveries->is_volatile = is_volatile;
  g_ptr_array_add (deliveries->members, member);
  return TRUE;
}

static void
delivered (SocketioPacket *packet, gpointer user_data)
{
  ((Deliveries *)user_data)->n_delivered++;
}

static const SocketioEmitter emitter = { .deliver = deliver, .delivered = delivered };

static void
test_broadcast (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_three ();
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_event ("/", "a", NULL, SOCKETIO_PACKET_NO_ID);
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  SocketioAudience everybody = { .is_volatile = TRUE };
  Deliveries deliveries = { .members = members };

  socketio_adapter_broadcast (adapter, packet, &everybody);
  socketio_adapter_set_emitter (adapter, &emitter, &deliveries);
  socketio_adapter_broadcast (adapter, packet, &everybody);
  g_assert_cmpuint (members->len, ==, 3);
  g_assert_cmpuint (deliveries.n_delivered, ==, 1);
  g_assert_true (deliveries.is_volatile);

  socketio_adapter_set_emitter (adapter, NULL, NULL);
  socketio_adapter_broadcast (adapter, packet, &everybody);
  g_assert_cmpuint (members->len, ==, 3);
}

#define N_CROWD 100

static guint fetched[N_CROWD + 1];

/* A member's steps come in order, each once, and before it is delivered to. */
static void
note_prefetch (gpointer member, SocketioPrefetchStep step)
{
  g_assert_cmpuint (fetched[GPOINTER_TO_INT (member)]++, ==, step);
}

static gboolean
deliver_to_fetched (gpointer member, SocketioWire *wire, gboolean is_volatile, gpointer user_data)
{
  g_assert_cmpuint (fetched[GPOINTER_TO_INT (member)], >, SOCKETIO_PREFETCH_NEAR);
  fetched[GPOINTER_TO_INT (member)] = N_CROWD;
  return deliver (member, wire, is_volatile, user_data);
}

static const SocketioEmitter fetching_emitter = {
  .deliver = deliver_to_fetched,
  .delivered = delivered,
  .prefetch = note_prefetch,
};

static SocketioAdapter *
new_with_crowd (void)
{
  SocketioAdapter *adapter = socketio_memory_adapter_new ();

  for (int i = 1; i <= N_CROWD; i++)
    {
      g_autofree char *id = g_strdup_printf ("id%d", i);

      socketio_adapter_add_member (adapter, MEMBER (i), id);
      socketio_adapter_join (adapter, MEMBER (i), "room");
    }
  return adapter;
}

/* To whom a broadcast goes, in that order. */
static GPtrArray *
broadcast (SocketioAdapter *adapter, const char *room)
{
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_event ("/", "a", NULL, SOCKETIO_PACKET_NO_ID);
  g_autoptr (GPtrArray) rooms = split (room);
  SocketioAudience audience = { .rooms = rooms };
  Deliveries deliveries = { .members = g_ptr_array_new () };

  memset (fetched, 0, sizeof fetched);
  socketio_adapter_set_emitter (adapter, &fetching_emitter, &deliveries);
  socketio_adapter_broadcast (adapter, packet, &audience);
  socketio_adapter_set_emitter (adapter, NULL, NULL);
  return deliveries.members;
}

/* As in Node, where rooms are JavaScript's sets. */
static void
test_order (void)
{
  g_autoptr (SocketioAdapter) adapter = new_with_crowd ();
  g_autoptr (GPtrArray) everybody = NULL;
  g_autoptr (GPtrArray) room = NULL;

  socketio_adapter_leave (adapter, MEMBER (1), "room");
  socketio_adapter_join (adapter, MEMBER (1), "room");
  socketio_adapter_leave (adapter, MEMBER (50), "room");

  everybody = broadcast (adapter, NULL);
  room = broadcast (adapter, "room");
  g_assert_cmpuint (everybody->len, ==, N_CROWD);
  g_assert_cmpuint (room->len, ==, N_CROWD - 1);
  for (int i = 1; i <= N_CROWD; i++)
    {
      g_assert_true (everybody->pdata[i - 1] == MEMBER (i));
      if (i != 1 && i != 50)
        g_assert_true (room->pdata[i < 50 ? i - 2 : i - 3] == MEMBER (i));
    }
  g_assert_true (room->pdata[N_CROWD - 2] == MEMBER (1));
}

/* }}} */
/* {{{ Random operations beside a model */

#define N_MEMBERS 12
#define N_ROOMS   9
#define N_STEPS   20000

/* The model: a table of who is in what. The last rooms bear the names of the first members' ids. */
typedef struct
{
  SocketioAdapter *adapter;
  gboolean there[N_MEMBERS];
  gboolean joined[N_MEMBERS][N_ROOMS];
} Model;

static const char *const room_names[N_ROOMS] = { "a", "b", "c", "d", "e", "", "0", "1", "2" };

static gboolean
model_is_in (Model *model, int member, int room)
{
  g_autofree char *id = g_strdup_printf ("%d", member);

  return model->there[member] &&
         (model->joined[member][room] || g_str_equal (id, room_names[room]));
}

static void
model_step (Model *model)
{
  int member = g_test_rand_int_range (0, N_MEMBERS);
  int room = g_test_rand_int_range (0, N_ROOMS);
  g_autofree char *id = g_strdup_printf ("%d", member);

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      if (model->there[member])
        socketio_adapter_remove_member (model->adapter, MEMBER (member + 1), id);
      else
        socketio_adapter_add_member (model->adapter, MEMBER (member + 1), id);
      model->there[member] = !model->there[member];
      memset (model->joined[member], 0, sizeof model->joined[member]);
      break;

    case 1:
    case 2:
    case 3:
      socketio_adapter_leave (model->adapter, MEMBER (member + 1), room_names[room]);
      model->joined[member][room] = FALSE;
      break;

    default:
      socketio_adapter_join (model->adapter, MEMBER (member + 1), room_names[room]);
      model->joined[member][room] = model->there[member] && !g_str_equal (id, room_names[room]);
      break;
    }
}

/* A set of rooms is a mask of bits. */
static gboolean
model_is_in_any (Model *model, int member, guint rooms)
{
  for (int room = 0; room < N_ROOMS; room++)
    {
      if ((rooms & (1u << room)) && model_is_in (model, member, room))
        return TRUE;
    }
  return FALSE;
}

static GPtrArray *
name_rooms (guint rooms)
{
  GPtrArray *names = g_ptr_array_new ();

  for (int room = 0; room < N_ROOMS; room++)
    {
      if (rooms & (1u << room))
        g_ptr_array_add (names, (gpointer)room_names[room]);
    }
  return names;
}

static void
model_check_audience (Model *model)
{
  guint rooms = g_test_rand_int_range (0, 1 << N_ROOMS) & g_test_rand_int_range (0, 1 << N_ROOMS);
  guint except = g_test_rand_int_range (0, 1 << N_ROOMS) & g_test_rand_int_range (0, 1 << N_ROOMS);
  g_autoptr (GPtrArray) names = name_rooms (rooms);
  g_autoptr (GPtrArray) except_names = name_rooms (except);
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  SocketioAudience audience = { names, except_names, FALSE, FALSE };
  guint n = 0;

  socketio_adapter_foreach (model->adapter, &audience, add_member, members);
  for (int member = 0; member < N_MEMBERS; member++)
    {
      if (!model->there[member] || model_is_in_any (model, member, except) ||
          (rooms != 0 && !model_is_in_any (model, member, rooms)))
        continue;

      n++;
      g_assert_true (g_ptr_array_find (members, MEMBER (member + 1), NULL));
    }
  g_assert_cmpuint (members->len, ==, n);
}

static void
model_check_rooms (Model *model)
{
  int member = g_test_rand_int_range (0, N_MEMBERS);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  guint n = 0;

  socketio_adapter_foreach_room (model->adapter, MEMBER (member + 1), add_room, rooms);
  for (int room = 0; room < N_ROOMS; room++)
    {
      if (!model->joined[member][room])
        continue;

      n++;
      g_assert_true (g_ptr_array_find_with_equal_func (rooms, room_names[room], g_str_equal, NULL));
    }
  g_assert_cmpuint (rooms->len, ==, n);
}

static void
test_model (void)
{
  g_autoptr (SocketioAdapter) adapter = socketio_memory_adapter_new ();
  Model model = { .adapter = adapter };

  for (guint i = 0; i < N_STEPS; i++)
    {
      model_step (&model);
      model_check_audience (&model);
      model_check_rooms (&model);
    }
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/adapter/both-ways", test_both_ways);
  g_test_add_func ("/socketio/adapter/audience", test_audience);
  g_test_add_func ("/socketio/adapter/own-room", test_own_room);
  g_test_add_func ("/socketio/adapter/unknown-member", test_unknown_member);
  g_test_add_func ("/socketio/adapter/nothing-left", test_nothing_left);
  g_test_add_func ("/socketio/adapter/broadcast", test_broadcast);
  g_test_add_func ("/socketio/adapter/order", test_order);
  g_test_add_func ("/socketio/adapter/model", test_model);

  return g_test_run ();
}
