package dev.perigee.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocketFactory;

/** TLS on connections that a proxy has passed on for somebody: its header goes before the handshake. */
final class ProxiedSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final String address;

    ProxiedSockets(SSLSocketFactory sockets, String address) {
        this.sockets = sockets;
        this.address = address;
    }

    /** Version 1 of the PROXY protocol. */
    static byte[] header(String address) {
        String form =
                address.indexOf(':') < 0 ? "PROXY TCP4 %s 127.0.0.1 40000 443\r\n" : "PROXY TCP6 %s ::1 40000 443\r\n";
        return form.formatted(address).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
        plain.getOutputStream().write(header(address));
        return sockets.createSocket(plain, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("only over a connection that is there");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("only over a connection that is there");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("only over a connection that is there");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("only over a connection that is there");
    }
}
