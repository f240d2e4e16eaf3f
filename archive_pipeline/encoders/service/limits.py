"""How much may be asked at once: nobody who asks can fill the memory of the process that answers."""

LARGEST_PICTURE = 16 * 2**20  # bytes; pictures of the lake have some 30 kB, those that people drop at most 5 MB
LONGEST_TEXT = 20_000  # characters; the longest context of a known model holds a tenth of that
MOST_TEXTS = 1024  # of one message

LARGEST_MESSAGE = 24 * 2**20  # bytes
CHUNK_BYTES = 4 * 2**20  # a client closes its message of pictures once it holds so much
CHUNK_PICTURES = 64
WAITING_BYTES = 64 * 2**20  # of one client's pictures that are not answered; more is not taken from its stream

MOST_CALLS = 500  # at once; each has a thread. Who comes later is told to wait

CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", -1),
    # A channel of its own for each connection: a shared one would remember, seconds long, that a process was dead
    # whose successor answers already.
    ("grpc.use_local_subchannel_pool", 1),
)
