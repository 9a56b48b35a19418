package dev.perigee.edge.net.hpack;

import java.util.Arrays;

/**
 * The Huffman code of RFC 7541 appendix B, also used by QPACK. It is canonical: codes of one length count up in the order
 * of their symbols, so the lengths say everything.
 */
public final class Huffman {
    private static final int EOS = 256;
    private static final int LENGTH_MAX = 30;
    /** Code length of each symbol from 0 to 256, where A stands for 5. */
    private static final String LENGTHS = "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
            + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
            + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
            + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
            + "Z";

    private static final int[] CODES = new int[EOS + 1];

    // The decoder takes four bits at a time. A state is a node of the code's tree; no code is shorter than five bits,
    // so
    // four bits never complete two symbols.
    private static final int EMITS = 1 << 16;
    private static final int FAILS = 1 << 17;
    /** By state and four bits: the next state, the symbol shifted by eight, and flags. */
    private static final int[] STEPS = new int[EOS * 16];
    /** Whether a string may end in this state: nothing, or up to seven bits of padding, which are all ones. */
    private static final boolean[] MAY_END = new boolean[EOS];

    static {
        int code = 0;
        for (int length = 1; length <= LENGTH_MAX; length++) {
            code <<= 1;
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (length(symbol) == length) CODES[symbol] = code++;
            }
        }
        new Tree().fillSteps();
    }

    private Huffman() {}

    private static int length(int symbol) {
        return LENGTHS.charAt(symbol) - 'A' + 5;
    }

    /** Octets of the text, which is of ISO 8859-1, when encoded. */
    public static int encodedLength(String text) {
        long bits = 0;
        for (int i = 0; i < text.length(); i++) bits += length(text.charAt(i) & 0xFF);
        return (int) ((bits + 7) / 8);
    }

    /** Writes the encoded text; returns the index after it. */
    public static int encode(String text, byte[] to, int start) {
        int at = start;
        long bits = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            int symbol = text.charAt(i) & 0xFF;
            bits = (bits << length(symbol)) | CODES[symbol];
            count += length(symbol);
            while (count >= 8) {
                count -= 8;
                to[at++] = (byte) (bits >> count);
            }
        }
        if (count > 0) to[at++] = (byte) ((bits << (8 - count)) | (0xFF >> count));
        return at;
    }

    /** The most octets that so many encoded ones can stand for. */
    public static int decodedLengthMax(int encoded) {
        return encoded * 8 / 5;
    }

    /** Decodes into an array with enough room; the number of octets, or -1 when it is no such code. */
    public static int decode(byte[] from, int start, int end, byte[] to) {
        int state = 0;
        int count = 0;
        for (int i = start; i < end; i++) {
            int octet = from[i] & 0xFF;
            int step = STEPS[(state << 4) | (octet >> 4)];
            if ((step & EMITS) != 0) to[count++] = (byte) (step >> 8);
            int second = STEPS[((step & 0xFF) << 4) | (octet & 15)];
            if ((second & EMITS) != 0) to[count++] = (byte) (second >> 8);
            if (((step | second) & FAILS) != 0) return -1;
            state = second & 0xFF;
        }
        return MAY_END[state] ? count : -1;
    }

    /** Only there to fill the tables. */
    private static final class Tree {
        /** By node and bit: another node, or the complement of a symbol. */
        private final int[] children = new int[2 * EOS];

        private int nodes = 1;

        Tree() {
            Arrays.fill(children, Integer.MAX_VALUE);
            for (int symbol = 0; symbol <= EOS; symbol++) add(symbol);
        }

        private void add(int symbol) {
            int node = 0;
            for (int bit = length(symbol) - 1; bit > 0; bit--) {
                int slot = 2 * node + ((CODES[symbol] >> bit) & 1);
                if (children[slot] == Integer.MAX_VALUE) children[slot] = nodes++;
                node = children[slot];
            }
            children[2 * node + (CODES[symbol] & 1)] = ~symbol;
        }

        void fillSteps() {
            for (int node = 0; node < EOS; node++) {
                for (int bits = 0; bits < 16; bits++) STEPS[(node << 4) | bits] = step(node, bits);
            }
            int node = 0;
            for (int ones = 0; ones < 8; ones++) {
                MAY_END[node] = true;
                node = children[2 * node + 1];
                if (node < 0) break;
            }
        }

        private int step(int from, int bits) {
            int node = from;
            int emitted = 0;
            for (int bit = 3; bit >= 0; bit--) {
                node = children[2 * node + ((bits >> bit) & 1)];
                if (node >= 0) continue;
                int symbol = ~node;
                if (symbol == EOS) return FAILS;
                emitted = EMITS | (symbol << 8);
                node = 0;
            }
            return emitted | node;
        }
    }
}
