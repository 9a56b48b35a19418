package dev.perigee.control.acme;

import java.net.URL;
import java.security.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What outlasts an attempt to have one certificate issued: account, order and keys. */
public interface AcmeProgress {
    /** The lower-case names to certify, at least one. */
    List<String> names();

    /** The key of the account, made on first use. */
    KeyPair accountKey();

    /** Where the account is, null before the first order. */
    @Nullable
    URL account();

    void registered(URL account);

    /** Where the order in progress is, null without one. */
    @Nullable
    URL order();

    /** An order has begun, with a key of its own; what proved an earlier one is of no use any more. */
    void ordered(URL order);

    /** There is no order any more. */
    void abandoned();

    /** The key that the certificate is to be for. */
    KeyPair certificateKey();

    /** Returns when every edge has these proofs, or not all of them after some time: the authority may ask any edge. */
    void publish(List<AcmeProof> proofs) throws InterruptedException;
}
