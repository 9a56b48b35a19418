package dev.perigee.testkit;

/** One ingredient of an origin's answer; made by {@link Replies}. */
public sealed interface ReplyPart {
    record Header(String name, String value) implements ReplyPart {}

    /** Content framed by its length. */
    record Sized(Content content) implements ReplyPart {}

    /** Content framed in chunks of at most this many bytes. */
    record Chunked(Content content, int chunkBytes) implements ReplyPart {}

    /** Content that ends with the connection. */
    record Unframed(Content content) implements ReplyPart {}

    /** The connection ends after this many bytes of content; with a reset if {@code reset}. */
    record Cut(long bytes, boolean reset) implements ReplyPart {}

    /** The rest after this many bytes of content waits for {@link OriginScript#resume}. */
    record Pause(long bytes) implements ReplyPart {}

    /** Without the Date field that is otherwise added. */
    record Undated() implements ReplyPart {}

    /** The connection ends after the answer, as Connection: close says. */
    record LastOne() implements ReplyPart {}
}
