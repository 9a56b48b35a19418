package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468). */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final byte[] LINE_END = {'\n'};
    private static final int LINE = 64;

    /** The algorithm identifiers of PKCS#8 for RSA, and for P-256. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] P256 = HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");
    private static final byte[] VERSION = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 4;

    private Pem() {}

    /** One block of a text. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Block(String label, byte[] content) {}

    /** @param what the field it comes from */
    static List<X509Certificate> certificates(String what, String text) throws Refused {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(what, text)) {
                if (!block.label.equals("CERTIFICATE")) throw unusable(what, "holds a " + block.label);
                certificates.add(
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content)));
            }
        } catch (CertificateException e) {
            throw unusable(what, "holds a certificate that cannot be read");
        }
        return certificates;
    }

    /** A private key in PKCS#8, PKCS#1 or SEC 1, not encrypted, that belongs to a public key. */
    static PrivateKey privateKey(String text, PublicKey owner) throws Refused {
        String what = "PrivateKey";
        List<Block> blocks = blocks(what, text);
        // OpenSSL writes the parameters of the curve first.
        blocks.removeIf(block -> block.label.equals("EC PARAMETERS"));
        if (blocks.size() != 1) throw unusable(what, "does not hold one key");
        Block block = blocks.getFirst();
        byte[] pkcs8 = switch (block.label) {
            case "PRIVATE KEY" -> block.content;
            case "RSA PRIVATE KEY" -> wrapped(RSA, block.content);
            case "EC PRIVATE KEY" -> wrapped(P256, block.content);
            case "ENCRYPTED PRIVATE KEY" -> throw unusable(what, "is encrypted; it must be given without a passphrase");
            default -> throw unusable(what, "holds a " + block.label);
        };
        try {
            String algorithm = owner instanceof ECPublicKey ? "EC" : "RSA";
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw unusable(what, "is no key of the kind that the certificate is for");
        }
    }

    private static List<Block> blocks(String what, String text) throws Refused {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        int end = 0;
        while (matcher.find()) {
            checkGap(what, text.substring(end, matcher.start()));
            end = matcher.end();
            try {
                blocks.add(new Block(
                        matcher.group(1),
                        Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                throw unusable(what, "is not valid Base64");
            }
        }
        checkGap(what, text.substring(end));
        if (blocks.isEmpty()) throw unusable(what, "is not PEM");
        return blocks;
    }

    /** Text between blocks is explanatory (RFC 7468 section 2), but half a block is a mistake. */
    private static void checkGap(String what, String text) throws Refused {
        if (text.contains("-----"))
            throw unusable(what, "has a block that is damaged, or encrypted by OpenSSL's older way");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concat(VERSION, algorithm, der(OCTET_STRING, key)));
    }

    private static byte[] der(int tag, byte[] content) {
        byte[] length;
        if (content.length < 0x80) length = new byte[] {(byte) content.length};
        else if (content.length < 0x100) length = new byte[] {(byte) 0x81, (byte) content.length};
        else length = new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(new byte[] {(byte) tag}, length, content);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    /** A certificate whose DER is given in Base64. */
    static String certificate(String der) {
        String lines = Base64.getMimeEncoder(LINE, LINE_END)
                .encodeToString(Base64.getDecoder().decode(der));
        return "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
    }

    static Refused unusable(String what, String why) {
        return new Refused("ValidationException", "The field " + what + " " + why + ".");
    }
}
