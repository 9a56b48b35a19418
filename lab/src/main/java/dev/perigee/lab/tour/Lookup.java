package dev.perigee.lab.tour;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** One question for an address, asked over UDP. */
final class Lookup {
    private static final int ANSWER_MILLIS_MAX = 2_000;
    private static final int ATTEMPTS_MAX = 3;

    private Lookup() {}

    /** Asks and waits for the answer. */
    static void ask(InetSocketAddress resolver, String host) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(resolver);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            for (int attempt = 1; ; attempt++) {
                byte[] query = query(host, ThreadLocalRandom.current().nextInt(1 << 16));
                socket.send(new DatagramPacket(query, query.length));
                try {
                    DatagramPacket answer = new DatagramPacket(new byte[512], 512);
                    socket.receive(answer);
                    if (answers(query, answer)) return;
                } catch (SocketTimeoutException lost) {
                    if (attempt == ATTEMPTS_MAX) throw lost;
                }
            }
        }
    }

    private static boolean answers(byte[] query, DatagramPacket answer) {
        byte[] data = answer.getData();
        boolean same = Arrays.equals(query, 0, 2, data, 0, 2);
        return same && answer.getLength() > query.length && (data[2] & 0x80) != 0 && (data[3] & 0x0f) == 0;
    }

    static byte[] query(String host, int id) throws IOException {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.write(id >> 8);
        query.write(id);
        // Recursion desired, one question.
        query.writeBytes(new byte[] {1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : host.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            if (bytes.length == 0 || bytes.length > 63) throw new IOException("no host name: " + host);
            query.write(bytes.length);
            query.writeBytes(bytes);
        }
        query.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return query.toByteArray();
    }
}
