package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What an origin writes for one request, and whether the connection lives on. */
sealed interface ScriptedAnswer {
    /** Writes it; true when the connection may carry another request. */
    boolean writeTo(OutputStream out, String method, String date, Gate pause) throws IOException;

    /** Bytes as they are. */
    record Raw(String bytes, boolean stay) implements ScriptedAnswer {
        @Override
        public boolean writeTo(OutputStream out, String method, String date, Gate pause) throws IOException {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return stay;
        }
    }

    /** A message put together from its parts. */
    final class Message implements ScriptedAnswer {
        private final int status;
        private final Fields fields;
        private final Content content;
        private final int chunkBytes;
        private final boolean framed;
        private final boolean dated;
        private final boolean last;
        private final long pauseAt;
        private final long cutAt;
        private final boolean reset;

        Message(int status, ReplyPart... parts) {
            Fields.Builder head = Fields.builder(parts.length);
            Content carried = Content.text("");
            int chunk = 0;
            boolean withFraming = true;
            boolean withDate = true;
            boolean closes = false;
            long pause = Long.MAX_VALUE;
            ReplyPart.Cut cut = new ReplyPart.Cut(Long.MAX_VALUE, false);
            for (ReplyPart part : parts) {
                switch (part) {
                    case ReplyPart.Header(String name, String value) -> head.add(name, value);
                    case ReplyPart.Sized(Content sized) -> carried = sized;
                    case ReplyPart.Chunked(Content chunked, int bytes) -> {
                        carried = chunked;
                        chunk = bytes;
                    }
                    case ReplyPart.Unframed(Content unframed) -> {
                        carried = unframed;
                        withFraming = false;
                    }
                    case ReplyPart.Cut here -> cut = here;
                    case ReplyPart.Pause(long bytes) -> pause = bytes;
                    case ReplyPart.Undated _ -> withDate = false;
                    case ReplyPart.LastOne _ -> closes = true;
                }
            }
            this.status = status;
            this.fields = head.build();
            this.content = carried;
            this.chunkBytes = chunk;
            this.framed = withFraming;
            this.dated = withDate;
            this.last = closes || !withFraming;
            this.pauseAt = pause;
            this.cutAt = cut.bytes();
            this.reset = cut.reset();
        }

        @Override
        public boolean writeTo(OutputStream out, String method, String date, Gate pause) throws IOException {
            out.write(head(date).getBytes(StandardCharsets.ISO_8859_1));
            boolean bare = method.equals("HEAD") || status == 204 || status == 304;
            if (!bare) {
                Metered body = new Metered(out, pauseAt, cutAt, pause);
                try {
                    if (chunkBytes > 0) {
                        writeChunks(body);
                    } else {
                        content.writeTo(body);
                    }
                    body.checkPoint();
                } catch (CutHere cut) {
                    out.flush();
                    if (reset) throw new ResetHere();
                    return false;
                }
            }
            out.flush();
            return !last;
        }

        private String head(String date) {
            StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Scripted\r\n");
            if (dated && !fields.has("Date")) head.append("Date: ").append(date).append("\r\n");
            for (int i = 0; i < fields.size(); i++) {
                head.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
            }
            boolean lengthSaid = fields.has("Content-Length") || status == 204 || status == 304;
            if (chunkBytes > 0) {
                head.append("Transfer-Encoding: chunked\r\n");
            } else if (framed && !lengthSaid) {
                head.append("Content-Length: ").append(content.size()).append("\r\n");
            }
            if (last) head.append("Connection: close\r\n");
            return head.append("\r\n").toString();
        }

        private void writeChunks(Metered body) throws IOException {
            byte[] all = content.toBytes();
            for (int at = 0; at < all.length; at += chunkBytes) {
                int length = Math.min(chunkBytes, all.length - at);
                body.unmetered(Integer.toHexString(length) + "\r\n");
                body.write(all, at, length);
                body.unmetered("\r\n");
            }
            body.checkPoint();
            body.unmetered("0\r\n\r\n");
        }
    }

    /** Content on its way out: stops at the pause, breaks at the cut. */
    final class Metered extends OutputStream {
        private final OutputStream out;
        private final long pauseAt;
        private final long cutAt;
        private final Gate pause;
        private long written;

        Metered(OutputStream out, long pauseAt, long cutAt, Gate pause) {
            this.out = out;
            this.pauseAt = pauseAt;
            this.cutAt = cutAt;
            this.pause = pause;
        }

        void unmetered(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void checkPoint() throws IOException {
            if (written == pauseAt) {
                out.flush();
                pause.pass();
            }
            if (written >= cutAt) throw new CutHere();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                checkPoint();
                long stop = Math.min(written < pauseAt ? pauseAt : Long.MAX_VALUE, cutAt);
                int part = (int) Math.min(length - done, stop - written);
                out.write(bytes, offset + done, part);
                done += part;
                written += part;
            }
        }
    }

    /** The script ends the connection here. */
    final class CutHere extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The script resets the connection here. */
    final class ResetHere extends IOException {
        private static final long serialVersionUID = 1;
    }
}
