package dev.perigee.testkit;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** RSA keys of 2048 bits for tests, which protect nothing: made once, since finding their primes takes seconds. */
public final class RsaKeys {
    static final int BITS = 2048;

    private static final List<KeyPair> PAIRS = List.of(
            of(
                    "fdd1e37d91f1ca31889c9e950c5dadcb10028bd90c4b3f10525c5c3baad765bddf58420e3c20fccb7f9635"
                            + "a35edfd247d5420e4f7fad692996d922f188f12a4443235a72e728ef6716169cec0f8e6d7258acb82fa245"
                            + "398b3ec497284c7554666ff02b8dc02af281acf13469452f2e403f202601c21bd169635cdccd8cf11c05",
                    "d1165277a08a13cbd3d3d6593e10680165159ef97d63b8ada72216dde4855eafb70b1bf407b968fd307e90"
                            + "94894e69ec2f15076ff9d3061f4a63fe63e9e7bb55fbf95aca00726c52f563a02cf97fb93a411251f472ba"
                            + "40be4180a414c5cfe0d1894073ad534c0b0a5eea3f25b2aa89af213d60d60c2256667d460ce41141a485"),
            of(
                    "f36f8d4cef33f66473386c436ef181bbd3e7ae398bc9f4feb035cb5836fab4c4e4157336edc30838078c5b"
                            + "1474e0e081b035bdd6089a812d0d42d519bd901af181294e700aff8ccf8d3969dfb65e72733e43a93767d5"
                            + "be722ecf8c147239d37b2c9a593b81ce39064b5b85223b55b5c7468c2fd3b2f9dd8d8c62c7363c035651",
                    "dcd9dc7ababc2b302719fbf70ad07aa5ab3c5fd8c6363f0c416a22e90c56013d9821bb25f654c8ca4923fe"
                            + "1200dc139ccb5b8c48a0a54c4276ba604289c76a9731f9036f3cfbff67a7b19d0d2cc4b06d7b9de49dd147"
                            + "56b00906aa863c242b78dbe5cc1b198650480fdae305688692a5bf94689d675635f9b2c4e970fe411b29"),
            of(
                    "e556683487d4cd283ae46b657f5b87ea7b192ff9338e4232b7797bc3322806bd9ddcc7deeb4c893ef6492e"
                            + "e4d5b4fc9103d7af6788746be9f1f72c42d14904b5f8a6ccb978212adb44da63d80949c18572eec559af8c"
                            + "03480e31abbbddc6646744d89f4ab9a009727c298b908c19192419452ce7e64542536efc68ed4a4df5a1",
                    "b975b85fd2554ebedce2a02d9e693ddb465eb6b993c9969e8325102f7be84510212310bacdb34ddefe6b5f"
                            + "02f02a4ebd74b5a9ec4170b51e03e3a490326ea0736dec98d6e997a09049aad3a9b91928efb98251f1775d"
                            + "0db89d34e7252e91744d2b2591b2af30f729d1825d255976cc5bfe4c4642a76036729be7eee9e249835d"));
    private static final AtomicInteger TAKEN = new AtomicInteger();

    private RsaKeys() {}

    /** Another one than the last two times. */
    public static KeyPair next() {
        return PAIRS.get(TAKEN.getAndUpdate(taken -> (taken + 1) % PAIRS.size()));
    }

    private static KeyPair of(String firstPrime, String secondPrime) {
        BigInteger p = new BigInteger(firstPrime, 16);
        BigInteger q = new BigInteger(secondPrime, 16);
        BigInteger modulus = p.multiply(q);
        BigInteger exponent = RSAKeyGenParameterSpec.F4;
        BigInteger beforeP = p.subtract(BigInteger.ONE);
        BigInteger beforeQ = q.subtract(BigInteger.ONE);
        BigInteger secret = exponent.modInverse(beforeP.multiply(beforeQ));
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new KeyPair(
                    factory.generatePublic(new RSAPublicKeySpec(modulus, exponent)),
                    factory.generatePrivate(new RSAPrivateCrtKeySpec(
                            modulus,
                            exponent,
                            secret,
                            p,
                            q,
                            secret.mod(beforeP),
                            secret.mod(beforeQ),
                            q.modInverse(p))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
