package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcRequestTest {
    @ParameterizedTest(name = "{0} over {1} of {2}: {3}")
    @CsvSource({
        "POST, HTTP_2, application/grpc, true",
        "POST, HTTP_2, application/grpc+proto, true",
        "POST, HTTP_2, Application/GRPC;charset=utf-8, true",
        "POST, HTTP_2, application/grpc ; x=y, true",
        "POST, HTTP_2, application/grpc-web, false",
        "POST, HTTP_2, application/grpc-web+proto, false",
        "POST, HTTP_2, application/grpcx, false",
        "POST, HTTP_2, application/grp, false",
        "POST, HTTP_2, '', false",
        "PUT, HTTP_2, application/grpc, false",
        "GET, HTTP_2, application/grpc, false",
        "POST, HTTP_1_1, application/grpc, false",
    })
    void isKnownByMethodVersionAndType(String method, HttpVersion version, String type, boolean call) {
        assertEquals(call, Grpc.isCall(request(method, version, Fields.of("Content-Type", type))));
    }

    @Test
    void withoutATypeOrWithTwoItIsNone() {
        assertFalse(Grpc.isCall(request("POST", HttpVersion.HTTP_2, Fields.EMPTY)));
        Fields two = Fields.of("Content-Type", "application/grpc", "Content-Type", "text/html");
        assertFalse(Grpc.isCall(request("POST", HttpVersion.HTTP_2, two)));
    }

    @Test
    void theProtocolsOwnFieldsAreCopiedOnce() {
        Fields from = Fields.of("grpc-timeout", "1S", "x-a", "b", "Grpc-Tags-Bin", "AA", "Grpc-Tags-Bin", "AB");
        Fields.Builder to = Fields.builder(4).add("grpc-timeout", "1S");
        Grpc.copy(from, to);
        assertEquals(
                "grpc-timeout: 1S\nGrpc-Tags-Bin: AA\nGrpc-Tags-Bin: AB\n",
                to.build().toString());
    }

    private static RequestHead request(String method, HttpVersion version, Fields fields) {
        return new RequestHead(method, "/s/M", null, "a.test", version, fields);
    }
}
