using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Handlers;

/// <summary>Reads the partitions of a fetch in order, inside the fetch's budget of bytes.</summary>
/// <param name="partitions">Finds the partitions.</param>
/// <param name="maxBytes">The broker's own limit per response (<c>fetch.max.bytes</c>).</param>
internal sealed class FetchReader(PartitionLookup partitions, int maxBytes)
{
    private const int FirstReplicaId = 0;

    /// <summary>Reads all; the first partition that has data gives at least one batch, whatever its size (KIP-74).</summary>
    public FetchRead[] ReadAll(FetchRequest request, IReadOnlyList<FetchTarget> targets)
    {
        var reads = new FetchRead[targets.Count];
        int left = Math.Min(request.MaxBytes, maxBytes);
        bool isEmpty = true;
        for (int i = 0; i < reads.Length; i++)
        {
            reads[i] = Read(request, targets[i], left, isEmpty);
            int size = reads[i].Found.Records.SizeInBytes;
            left = Math.Max(0, left - size);
            isEmpty &= size == 0;
        }

        return reads;
    }

    private FetchRead Read(FetchRequest request, FetchTarget target, int left, bool atLeastOneBatch)
    {
        ErrorCode error = partitions.Find(target.Key, out Partition? partition);
        if (error != ErrorCode.None) return new FetchRead(target, null, PartitionRead.Failed(error));
        if (ReplicaIdOf(request) >= FirstReplicaId)
            return new FetchRead(target, partition, PartitionRead.Failed(ErrorCode.NotLeaderOrFollower));
        var read = new ReadRequest(
            target.FetchOffset,
            Math.Min(target.MaxBytes, left),
            atLeastOneBatch,
            (IsolationLevel)request.IsolationLevel,
            target.CurrentLeaderEpoch,
            target.LastFetchedEpoch);
        return new FetchRead(target, partition, partition!.Read(read));
    }

    private static int ReplicaIdOf(FetchRequest request) =>
        Math.Max(request.ReplicaId, request.ReplicaState.ReplicaId);
}
