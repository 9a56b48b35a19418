package dev.perigee.testkit;

/** The vocabulary of an origin's answers; to be imported statically. */
public final class Replies {
    private Replies() {}

    public static ReplyPart header(String name, String value) {
        return new ReplyPart.Header(name, value);
    }

    public static ReplyPart cacheControl(String value) {
        return header("Cache-Control", value);
    }

    public static ReplyPart maxAge(long seconds) {
        return cacheControl("max-age=" + seconds);
    }

    /** A strong entity tag; the quotes are added. */
    public static ReplyPart etag(String opaque) {
        return header("ETag", '"' + opaque + '"');
    }

    public static ReplyPart lastModified(String date) {
        return header("Last-Modified", date);
    }

    public static ReplyPart body(String text) {
        return new ReplyPart.Sized(Content.text(text));
    }

    public static ReplyPart body(Content content) {
        return new ReplyPart.Sized(content);
    }

    public static ReplyPart chunked(String text) {
        return chunked(Content.text(text), 7);
    }

    public static ReplyPart chunked(Content content, int chunkBytes) {
        return new ReplyPart.Chunked(content, chunkBytes);
    }

    public static ReplyPart untilClose(String text) {
        return new ReplyPart.Unframed(Content.text(text));
    }

    public static ReplyPart cutAfter(long bytes) {
        return new ReplyPart.Cut(bytes, false);
    }

    public static ReplyPart resetAfter(long bytes) {
        return new ReplyPart.Cut(bytes, true);
    }

    public static ReplyPart pausedAfter(long bytes) {
        return new ReplyPart.Pause(bytes);
    }

    public static ReplyPart undated() {
        return new ReplyPart.Undated();
    }

    public static ReplyPart thenClose() {
        return new ReplyPart.LastOne();
    }
}
