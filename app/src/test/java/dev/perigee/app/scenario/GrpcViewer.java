package dev.perigee.app.scenario;

import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ScenarioEdge;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A client of gRPC that asks the edge. */
final class GrpcViewer implements AutoCloseable {
    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ManagedChannel channel;

    GrpcViewer(ScenarioEdge edge, ClientInterceptor... interceptors) {
        try {
            channel = NettyChannelBuilder.forAddress(edge.https())
                    .overrideAuthority(DistributionBuilder.HOST)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .build())
                    .channelType(NioSocketChannel.class)
                    .eventLoopGroup(loops)
                    .executor(threads)
                    .offloadExecutor(threads)
                    .disableRetry()
                    .maxInboundMessageSize(16 << 20)
                    .intercept(interceptors)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    ManagedChannel channel() {
        return channel;
    }

    byte[] call(MethodDescriptor<byte[], byte[]> method, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), message);
    }

    /** How a call fails. */
    StatusRuntimeException failure(MethodDescriptor<byte[], byte[]> method, CallOptions options) {
        try {
            ClientCalls.blockingUnaryCall(channel, method, options, new byte[] {1});
        } catch (StatusRuntimeException e) {
            return e;
        }
        throw new AssertionError("the call succeeded");
    }

    Status status(MethodDescriptor<byte[], byte[]> method) {
        return failure(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS))
                .getStatus();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
