package dev.perigee.core.sign;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** The curve P-256, as far as the JDK does not do it: from a private key to its public one. */
final class P256 {
    static final ECParameterSpec CURVE = curve();
    private static final BigInteger PRIME = ((ECFieldFp) CURVE.getCurve().getField()).getP();
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private P256() {}

    private static ECParameterSpec curve() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /**
     * The generator, added up this many times. Its time depends on the scalar, so it is for what callers cannot repeat and
     * time at will.
     *
     * @param scalar 1 up to the order of the generator, exclusive
     */
    static ECPoint times(BigInteger scalar) {
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = plus(sum, sum);
            if (scalar.testBit(bit)) sum = plus(sum, CURVE.getGenerator());
        }
        return sum;
    }

    private static ECPoint plus(ECPoint a, ECPoint b) {
        if (a.equals(ECPoint.POINT_INFINITY)) return b;
        if (b.equals(ECPoint.POINT_INFINITY)) return a;
        BigInteger slope;
        if (a.getAffineX().equals(b.getAffineX())) {
            if (!a.getAffineY().equals(b.getAffineY()) || a.getAffineY().signum() == 0) return ECPoint.POINT_INFINITY;
            BigInteger rise =
                    a.getAffineX().pow(2).multiply(THREE).add(CURVE.getCurve().getA());
            slope = rise.multiply(a.getAffineY().shiftLeft(1).modInverse(PRIME)).mod(PRIME);
        } else {
            BigInteger rise = b.getAffineY().subtract(a.getAffineY());
            BigInteger run = b.getAffineX().subtract(a.getAffineX()).mod(PRIME);
            slope = rise.multiply(run.modInverse(PRIME)).mod(PRIME);
        }
        BigInteger x =
                slope.pow(2).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(PRIME);
        BigInteger y = slope.multiply(a.getAffineX().subtract(x))
                .subtract(a.getAffineY())
                .mod(PRIME);
        return new ECPoint(x, y);
    }
}
