/* test-member-set.c: the members of a room keep the order in which they came
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-member-set.h"

#define MEMBER(n) GINT_TO_POINTER (n)

#define N_MEMBERS 100
#define N_STEPS   20000

static void
assert_same (SocketioMemberSet *set, GPtrArray *model)
{
  guint n = 0;

  g_assert_cmpuint (socketio_member_set_get_size (set), ==, model->len);
  for (guint i = 0; i < socketio_member_set_get_n_places (set); i++)
    {
      gpointer member = socketio_member_set_peek (set, i);

      if (member != NULL)
        g_assert_true (n < model->len && model->pdata[n++] == member);
    }
  g_assert_cmpuint (n, ==, model->len);
}

static void
step (SocketioMemberSet *set, GPtrArray *model)
{
  gpointer member = MEMBER (g_test_rand_int_range (1, N_MEMBERS + 1));
  gboolean is_there = g_ptr_array_find (model, member, NULL);

  g_assert_true (socketio_member_set_contains (set, member) == is_there);
  if (g_test_rand_bit ())
    {
      g_assert_true (socketio_member_set_add (set, member) == !is_there);
      if (!is_there)
        g_ptr_array_add (model, member);
    }
  else
    {
      g_assert_true (socketio_member_set_remove (set, member) == is_there);
      g_ptr_array_remove (model, member);
    }
}

static void
test_random (void)
{
  g_autoptr (SocketioMemberSet) set = socketio_member_set_new ();
  g_autoptr (GPtrArray) model = g_ptr_array_new ();

  for (guint i = 0; i < N_STEPS; i++)
    {
      step (set, model);
      assert_same (set, model);
    }
}

/* One who comes and goes for ever takes no more room. */
static void
test_comes_and_goes (void)
{
  g_autoptr (SocketioMemberSet) set = socketio_member_set_new ();

  socketio_member_set_add (set, MEMBER (1));
  for (guint i = 0; i < N_STEPS; i++)
    {
      socketio_member_set_add (set, MEMBER (2));
      g_assert_cmpuint (socketio_member_set_get_n_places (set), <=, 16);
      socketio_member_set_remove (set, MEMBER (2));
    }
  g_assert_true (socketio_member_set_peek (set, 0) == MEMBER (1));
}

/* Nor does a room that a crowd has left. */
static void
test_crowd_leaves (void)
{
  g_autoptr (SocketioMemberSet) set = socketio_member_set_new ();

  for (int i = 1; i <= 1000; i++)
    socketio_member_set_add (set, MEMBER (i));
  for (int i = 1; i < 1000; i++)
    socketio_member_set_remove (set, MEMBER (i));

  g_assert_cmpuint (socketio_member_set_get_n_places (set), <=, 16);
  g_assert_true (socketio_member_set_contains (set, MEMBER (1000)));
  g_assert_false (socketio_member_set_remove (set, MEMBER (1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/member-set/random", test_random);
  g_test_add_func ("/socketio/member-set/comes-and-goes", test_comes_and_goes);
  g_test_add_func ("/socketio/member-set/crowd-leaves", test_crowd_leaves);

  return g_test_run ();
}
