package dev.perigee.app.scenario;

import dev.perigee.testkit.TestCertificate;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of gRPC with a method of each kind, whose messages are octets. */
final class GrpcOrigin implements AutoCloseable {
    static final Metadata.Key<String> ECHOED = Metadata.Key.of("x-echoed", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<byte[]> BINARY = Metadata.Key.of("x-binary-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final String SERVICE = "perigee.Test";
    private static final MethodDescriptor.Marshaller<byte[]> OCTETS = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    /** Answers with as many messages as the request's first octet says. */
    static final MethodDescriptor<byte[], byte[]> COUNT = method("Count", MethodDescriptor.MethodType.SERVER_STREAMING);
    /** Answers with the number of octets in all messages. */
    static final MethodDescriptor<byte[], byte[]> SUM = method("Sum", MethodDescriptor.MethodType.CLIENT_STREAMING);

    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodDescriptor.MethodType.BIDI_STREAMING);
    /** Fails, with trailers. */
    static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", MethodDescriptor.MethodType.UNARY);
    /** Never answers. */
    static final MethodDescriptor<byte[], byte[]> HANG = method("Hang", MethodDescriptor.MethodType.UNARY);
    /** Sends without end, as fast as it is read. */
    static final MethodDescriptor<byte[], byte[]> FLOW = method("Flow", MethodDescriptor.MethodType.SERVER_STREAMING);

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger flowed = new AtomicInteger();
    /** A call that never ends has begun. */
    final CountDownLatch hanging = new CountDownLatch(1);

    final CountDownLatch cancelled = new CountDownLatch(1);
    final ConcurrentLinkedQueue<Metadata> heads = new ConcurrentLinkedQueue<>();
    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final java.util.concurrent.ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;

    private GrpcOrigin(TestCertificate certificate, int streamsMax) {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sslContext(GrpcSslContexts.forServer(stream(certificate.pem()), stream(certificate.keyPem()))
                            // The usual type encrypts the key, by 10,000 rounds.
                            .keyStoreType("JKS")
                            .build())
                    .channelType(NioServerSocketChannel.class)
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(loops)
                    .executor(threads)
                    .maxConcurrentCallsPerConnection(streamsMax)
                    .maxInboundMessageSize(16 << 20)
                    .addTransportFilter(new Counting())
                    .addService(ServerInterceptors.intercept(service(), new Noting()))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GrpcOrigin start(TestCertificate certificate, int streamsMax) {
        return new GrpcOrigin(certificate, streamsMax);
    }

    int port() {
        return server.getPort();
    }

    /** Tells those connected to go elsewhere, once their calls are over. */
    void drain() {
        server.shutdown();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(OCTETS, OCTETS)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .build();
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((request, answer) -> {
                    for (int i = 0; i < request[0]; i++) answer.onNext(new byte[] {(byte) i});
                    answer.onCompleted();
                }))
                .addMethod(SUM, ServerCalls.asyncClientStreamingCall(GrpcOrigin::sum))
                .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(GrpcOrigin::echo))
                .addMethod(FAIL, ServerCalls.asyncUnaryCall((request, answer) -> {
                    Metadata trailers = new Metadata();
                    trailers.put(ECHOED, "too late");
                    trailers.put(BINARY, new byte[] {0, -1, 7});
                    answer.onError(Status.FAILED_PRECONDITION
                            .withDescription("not today: größer")
                            .asRuntimeException(trailers));
                }))
                .addMethod(HANG, ServerCalls.asyncUnaryCall((request, answer) -> {
                    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
                    hanging.countDown();
                }))
                .addMethod(FLOW, ServerCalls.asyncServerStreamingCall(this::flow))
                .build();
    }

    private static StreamObserver<byte[]> sum(StreamObserver<byte[]> answer) {
        return new StreamObserver<>() {
            private long sum;

            @Override
            public void onNext(byte[] message) {
                sum += message.length;
            }

            @Override
            public void onError(Throwable cause) {
                // The client has gone.
            }

            @Override
            public void onCompleted() {
                answer.onNext(Long.toString(sum).getBytes(StandardCharsets.US_ASCII));
                answer.onCompleted();
            }
        };
    }

    private static StreamObserver<byte[]> echo(StreamObserver<byte[]> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                answer.onNext(message);
            }

            @Override
            public void onError(Throwable cause) {
                // The client has gone.
            }

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    private void flow(byte[] request, StreamObserver<byte[]> answer) {
        var to = (ServerCallStreamObserver<byte[]>) answer;
        to.setOnCancelHandler(cancelled::countDown);
        to.setOnReadyHandler(() -> {
            while (to.isReady() && !to.isCancelled()) {
                to.onNext(new byte[64 << 10]);
                flowed.incrementAndGet();
            }
        });
    }

    private final class Noting implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            calls.incrementAndGet();
            heads.add(headers);
            return next.startCall(call, headers);
        }
    }

    private final class Counting extends ServerTransportFilter {
        @Override
        public Attributes transportReady(Attributes attributes) {
            connections.incrementAndGet();
            return attributes;
        }
    }

    /** Whether the call that runs here has a deadline. */
    static boolean hasDeadline() {
        return Context.current().getDeadline() != null;
    }

    @Override
    public void close() {
        server.shutdownNow();
        threads.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
