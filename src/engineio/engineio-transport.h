/* engineio-transport.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-packet.h"
#include "engineio-types.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_TRANSPORT (engineio_transport_get_type ())

G_DECLARE_DERIVABLE_TYPE (EngineioTransport, engineio_transport, ENGINEIO, TRANSPORT, GObject)

/**
 * EngineioTransportHandler:
 * @packet: a packet has come
 * @drained: the transport, which had taken less than it was offered, can take more
 * @closed: it is closed; nothing comes after this
 *
 * The way up from a transport. All of it is called from the main loop, never from within a function
 * of the transport that its user called.
 */
typedef struct
{
  void (*packet) (EngineioTransport *transport, EngineioPacket *packet, gpointer user_data);
  void (*drained) (EngineioTransport *transport, gpointer user_data);
  void (*closed) (EngineioTransport *transport,
                  EngineioCloseReason reason,
                  const char *description,
                  gpointer user_data);
} EngineioTransportHandler;

/**
 * EngineioTransportClass:
 * @name: the transport's name in the protocol
 * @send: takes packets, in order, as many as it can now, and says how many
 * @is_writable: whether @send would take anything
 * @close: ends the transport when what it has taken is on its way; reports `closed` when that is
 * done
 * @abort: breaks it off at once; does not report
 * @prefetch: has the cache fetch what @send will need and the transport itself does not hold; may
 * be left out
 */
struct _EngineioTransportClass
{
  GObjectClass parent_class;

  const char *name;

  guint (*send) (EngineioTransport *transport, EngineioPacket *const *packets, guint n_packets);
  gboolean (*is_writable) (EngineioTransport *transport);
  void (*close) (EngineioTransport *transport, EngineioCloseReason reason);
  void (*abort) (EngineioTransport *transport);
  void (*prefetch) (EngineioTransport *transport);
};

const char *engineio_transport_get_name (EngineioTransport *transport);

void engineio_transport_set_handler (EngineioTransport *transport,
                                     const EngineioTransportHandler *handler,
                                     gpointer user_data);

void engineio_transport_prefetch (EngineioTransport *transport);
void engineio_transport_prefetch_deep (EngineioTransport *transport);
guint engineio_transport_send (EngineioTransport *transport,
                               EngineioPacket *const *packets,
                               guint n_packets);
gboolean engineio_transport_is_writable (EngineioTransport *transport);
void engineio_transport_close (EngineioTransport *transport, EngineioCloseReason reason);
void engineio_transport_dismiss (EngineioTransport *transport);
void engineio_transport_abort (EngineioTransport *transport);
gboolean engineio_transport_is_closed (EngineioTransport *transport);
const GError *engineio_transport_get_error (EngineioTransport *transport);

void engineio_transport_report_packet (EngineioTransport *transport, EngineioPacket *packet);
void engineio_transport_report_drained (EngineioTransport *transport);
void engineio_transport_report_closed (EngineioTransport *transport,
                                       EngineioCloseReason reason,
                                       const char *description);
void engineio_transport_report_error (EngineioTransport *transport, GError *error);

G_END_DECLS
