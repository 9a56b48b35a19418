package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** One connection of the scripted origin: reads a request, records it, answers as the script says. */
final class OriginConnection {
    private static final int TEXT_MAX = 65_536;

    private final ScriptedOrigin origin;
    private final Socket socket;
    private final int number;
    private final WireReader in;
    private final OutputStream out;

    OriginConnection(ScriptedOrigin origin, Socket socket, int number) throws IOException {
        this.origin = origin;
        this.socket = socket;
        this.number = number;
        this.in = new WireReader(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
    }

    /** Serves one request; true when the connection may carry another. */
    boolean serveOne() throws IOException {
        in.takeCaptured();
        String line = in.line();
        if (line == null) return false;
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !WireReader.isToken(words[0]) || !words[2].equals("HTTP/1.1")) {
            throw new MalformedHttp("request line " + line);
        }
        Fields fields = in.fields();
        // A thread may find octets on a socket that the test has closed before it ran: that origin is dead.
        if (socket.isClosed()) return false;
        RecordedRequest request = new RecordedRequest(words[0], words[1], fields, in.takeCaptured(), number);
        Framing framing = Framing.ofRequest(fields);
        origin.record(request);
        Chosen chosen = choose(request);
        if (chosen.script().answersBeforeContent()) {
            chosen.script().passHold();
            boolean stays = answer(chosen, request);
            readContent(request, framing);
            return stays && lasts(fields);
        }
        if ("100-continue".equalsIgnoreCase(fields.first("Expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        if (!readContent(request, framing)) return false;
        chosen.script().passHold();
        return answer(chosen, request) && lasts(fields);
    }

    private record Chosen(OriginScript script, ScriptedAnswer answer) {}

    private Chosen choose(RecordedRequest request) {
        for (OriginScript script : origin.scripts()) {
            ScriptedAnswer answer = script.claim(request);
            if (answer != null) return new Chosen(script, answer);
        }
        origin.surprise("nothing was scripted for " + request);
        OriginScript unscripted = new OriginScript("*", "*");
        return new Chosen(unscripted, new ScriptedAnswer.Message(501, Replies.body("unscripted")));
    }

    private boolean answer(Chosen chosen, RecordedRequest request) throws IOException {
        try {
            return chosen.answer()
                    .writeTo(
                            out,
                            request.method(),
                            origin.date(),
                            chosen.script().pause());
        } catch (ScriptedAnswer.ResetHere reset) {
            socket.setSoLinger(true, 0);
            return false;
        }
    }

    private boolean readContent(RecordedRequest request, Framing framing) throws IOException {
        MessageDigest digest = Content.newSha256();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long[] size = new long[1];
        boolean whole = false;
        try {
            whole = in.content(framing, (bytes, offset, length) -> {
                digest.update(bytes, offset, length);
                text.write(bytes, offset, Math.max(0, Math.min(length, TEXT_MAX - text.size())));
                size[0] += length;
            });
        } finally {
            String start = text.toString(StandardCharsets.UTF_8);
            String hash = HexFormat.of().formatHex(digest.digest());
            request.received(new RecordedRequest.Body(size[0], hash, whole, start));
        }
        return whole;
    }

    private static boolean lasts(Fields request) {
        String connection = request.first("Connection");
        return connection == null || !connection.equalsIgnoreCase("close");
    }
}
