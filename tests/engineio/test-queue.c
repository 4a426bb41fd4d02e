/* test-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What waits for a transport: the order, the sums, what may be dropped. */

#include "config.h"

#include "engineio-queue.h"

static void
push_number (EngineioQueue *queue, guint number, gboolean is_volatile)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  if (is_volatile)
    engineio_packet_set_volatile (packet);
  engineio_packet_set_tag (packet, is_volatile ? number / 2 : 99);
  engineio_queue_push (queue, packet);
}

static guint
number_at (EngineioQueue *queue, guint i)
{
  gsize length;

  return (guint)g_ascii_strtoull (
    engineio_packet_get_data (engineio_queue_peek (queue)[i], &length), NULL, 10);
}

static gsize
sum_of_sizes (EngineioQueue *queue)
{
  gsize sum = 0;

  for (guint i = 0; i < queue->length; i++)
    sum += engineio_packet_get_size (engineio_queue_peek (queue)[i]);
  return sum;
}

/* Each number is pushed once and taken once, in order, whatever the steps are. */
static void
test_order (void)
{
  for (guint step = 1; step < 40; step++)
    {
      EngineioQueue queue = { 0 };
      guint pushed = 0;
      guint taken = 0;

      for (guint round = 0; round < 50; round++)
        {
          guint n = (round * 7 + step) % (step + 3);

          for (guint i = 0; i < n; i++)
            push_number (&queue, pushed++, FALSE);
          for (guint i = 0; i < queue.length; i++)
            g_assert_cmpuint (number_at (&queue, i), ==, taken + i);
          g_assert_cmpuint (queue.bytes, ==, sum_of_sizes (&queue));

          n = MIN (queue.length, step);
          engineio_queue_take (&queue, n);
          taken += n;
        }

      g_assert_cmpuint (queue.length, ==, pushed - taken);
      engineio_queue_clear (&queue);
      g_assert_cmpuint (queue.bytes, ==, 0);
      g_assert_null (queue.array);
    }
}

static void
test_one_needs_no_memory (void)
{
  EngineioQueue queue = { 0 };

  for (guint i = 0; i < 3; i++)
    {
      push_number (&queue, i, FALSE);
      g_assert_null (queue.array);
      g_assert_cmpuint (number_at (&queue, 0), ==, i);
      engineio_queue_take (&queue, 1);
    }
}

static void
test_drop_volatile (void)
{
  EngineioQueue queue = { 0 };
  g_autoptr (GArray) tags = NULL;

  for (guint i = 0; i < 20; i++)
    push_number (&queue, i, i % 3 == 0);
  g_assert_cmpuint (queue.n_volatile, ==, 7);
  engineio_queue_take (&queue, 2);

  engineio_queue_drop_volatile (&queue, &tags);

  g_assert_cmpuint (queue.n_volatile, ==, 0);
  /* 0 is no tag. */
  g_assert_cmpuint (tags->len, ==, 6);
  for (guint i = 0; i < tags->len; i++)
    g_assert_cmpuint (g_array_index (tags, guint64, i), ==, (3 + 3 * i) / 2);
  g_assert_cmpuint (queue.length, ==, 12);
  g_assert_cmpuint (queue.bytes, ==, sum_of_sizes (&queue));
  for (guint i = 0; i < queue.length; i++)
    g_assert_cmpuint (number_at (&queue, i), ==, 2 + i + (i + 1) / 2);
  engineio_queue_clear (&queue);
}

static void
test_parts_in_front_stay (void)
{
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("abc", 3);
  EngineioQueue queue = { 0 };
  g_autoptr (GArray) tags = NULL;

  engineio_packet_set_volatile (binary);
  engineio_packet_set_part (binary);
  engineio_queue_push (&queue, binary);
  push_number (&queue, 1, TRUE);
  engineio_queue_push (&queue, binary);

  engineio_queue_drop_volatile (&queue, &tags);

  g_assert_cmpuint (queue.length, ==, 1);
  g_assert_true (engineio_queue_peek (&queue)[0] == binary);
  engineio_queue_drop_volatile (&queue, &tags);
  g_assert_cmpuint (queue.length, ==, 1);
  engineio_queue_clear (&queue);
}

/* One that is a message by itself is dropped, binary or not. */
static void
test_binary_in_front (void)
{
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("abc", 3);
  EngineioQueue queue = { 0 };
  g_autoptr (GArray) tags = NULL;

  engineio_packet_set_volatile (binary);
  engineio_queue_push (&queue, binary);
  push_number (&queue, 1, FALSE);
  engineio_queue_drop_volatile (&queue, &tags);
  g_assert_cmpuint (queue.length, ==, 1);
  g_assert_cmpuint (number_at (&queue, 0), ==, 1);
  engineio_queue_clear (&queue);
}

static void
test_all_volatile (void)
{
  EngineioQueue queue = { 0 };
  g_autoptr (GArray) tags = NULL;

  push_number (&queue, 1, TRUE);
  engineio_queue_drop_volatile (&queue, &tags);
  g_assert_cmpuint (queue.length, ==, 0);

  push_number (&queue, 2, TRUE);
  push_number (&queue, 3, TRUE);
  engineio_queue_drop_volatile (&queue, &tags);
  g_assert_cmpuint (queue.length, ==, 0);
  push_number (&queue, 4, FALSE);
  g_assert_cmpuint (number_at (&queue, 0), ==, 4);
  engineio_queue_clear (&queue);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/queue/order", test_order);
  g_test_add_func ("/queue/one-needs-no-memory", test_one_needs_no_memory);
  g_test_add_func ("/queue/drop-volatile", test_drop_volatile);
  g_test_add_func ("/queue/attachments-in-front-stay", test_parts_in_front_stay);
  g_test_add_func ("/queue/binary-in-front", test_binary_in_front);
  g_test_add_func ("/queue/all-volatile", test_all_volatile);

  return g_test_run ();
}
