using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Waiting;
using LogBroker.Server.Connections;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Handlers;

/// <summary>Reads record batches; waits in the purgatory while there are fewer than <c>min.bytes</c>.</summary>
internal sealed class FetchHandler(
    FetchReader reader,
    FetchSessionCache sessions,
    Purgatory purgatory,
    TimeProvider time) : RequestHandler<FetchRequest, FetchResponse>
{
    protected override async Task<FetchResponse> HandleAsync(FetchRequest request, RequestContext context)
    {
        FetchContext fetch = sessions.Open(FetchWords.SessionOf(request, context.ApiVersion));
        if (fetch.Error != ErrorCode.None) return new FetchResponse { ErrorCode = fetch.Error };
        FetchRead[] reads = await ReadEnoughAsync(request, fetch.Targets, context).ConfigureAwait(false);
        return FetchWords.Answer(fetch, reads);
    }

    private async Task<FetchRead[]> ReadEnoughAsync(
        FetchRequest request, IReadOnlyList<FetchTarget> targets, RequestContext context)
    {
        long start = time.GetTimestamp();
        TimeSpan maxWait = TimeSpan.FromMilliseconds(request.MaxWaitMs);
        FetchRead[] reads = reader.ReadAll(request, targets);
        while (!IsEnough(request, reads))
        {
            TimeSpan left = maxWait - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) break;
            using ParkedRequest parked = purgatory.Park(WatchListsOf(reads), left);
            reads = ReadAgain(request, targets, reads);
            if (IsEnough(request, reads)) break;
            await parked.Moved.WaitAsync(context.ConnectionClosed).ConfigureAwait(false);
            reads = ReadAgain(request, targets, reads);
            if (parked.IsExpired) break;
        }

        return reads;
    }

    private FetchRead[] ReadAgain(FetchRequest request, IReadOnlyList<FetchTarget> targets, FetchRead[] before)
    {
        foreach (FetchRead read in before) read.Release();
        return reader.ReadAll(request, targets);
    }

    private static bool IsEnough(FetchRequest request, FetchRead[] reads)
    {
        if (reads.Length == 0) return true;
        long bytes = 0;
        foreach (FetchRead read in reads)
        {
            if (read.MustBeTold) return true;
            bytes += read.Found.Records.SizeInBytes;
        }

        return bytes >= Math.Min(request.MinBytes, request.MaxBytes);
    }

    private static List<WatchList> WatchListsOf(FetchRead[] reads)
    {
        var lists = new List<WatchList>(reads.Length);
        foreach (FetchRead read in reads) if (read.Partition is { } partition) lists.Add(partition.Watchers);
        return lists;
    }
}
