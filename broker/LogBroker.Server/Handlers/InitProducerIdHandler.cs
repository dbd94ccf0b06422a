using LogBroker.Coordination.Transactions;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Hands out the producer id under which a producer's batches are told apart from their repetitions (KIP-98).</summary>
/// <remarks>Transactional ids need their coordinator, which no client can find yet.</remarks>
internal sealed class InitProducerIdHandler(ProducerIdAllocator producerIds)
    : RequestHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    protected override async Task<InitProducerIdResponse> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        ErrorCode error = Check(request);
        if (error != ErrorCode.None) return new InitProducerIdResponse { ErrorCode = error, ProducerEpoch = -1 };
        long id = await producerIds.NextAsync(context.ConnectionClosed).ConfigureAwait(false);
        return new InitProducerIdResponse { ProducerId = id, ProducerEpoch = 0 };
    }

    private static ErrorCode Check(InitProducerIdRequest request)
    {
        bool namesProducerId = request.ProducerId != -1;
        bool namesEpoch = request.ProducerEpoch != -1;
        if (namesProducerId != namesEpoch) return ErrorCode.InvalidRequest;
        return request.TransactionalId switch
        {
            null => ErrorCode.None,
            "" => ErrorCode.InvalidRequest,
            _ => ErrorCode.CoordinatorNotAvailable,
        };
    }
}
