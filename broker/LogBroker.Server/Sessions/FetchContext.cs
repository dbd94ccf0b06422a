using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Sessions;

/// <summary>What one fetch is to be answered with: which partitions, and which of the answers are news.</summary>
internal sealed class FetchContext
{
    private readonly FetchSession? _session;
    private readonly bool _isIncremental;

    private FetchContext(ErrorCode error, IReadOnlyList<FetchTarget> targets, FetchSession? session, bool isIncremental)
    {
        Error = error;
        Targets = targets;
        _session = session;
        _isIncremental = isIncremental;
    }

    /// <summary>Why the session cannot be used, or <see cref="ErrorCode.None"/>.</summary>
    public ErrorCode Error { get; }

    /// <summary>The partitions to read, in this order.</summary>
    public IReadOnlyList<FetchTarget> Targets { get; }

    /// <summary>The id for the response: 0 where there is no session.</summary>
    public int SessionId => _session?.Id ?? 0;

    public static FetchContext Failed(ErrorCode error) => new(error, [], null, false);

    public static FetchContext Sessionless(IReadOnlyList<FetchTarget> targets) =>
        new(ErrorCode.None, targets, null, false);

    public static FetchContext Full(FetchSession session, IReadOnlyList<FetchTarget> targets) =>
        new(ErrorCode.None, targets, session, false);

    public static FetchContext Incremental(FetchSession session, IReadOnlyList<FetchTarget> targets) =>
        new(ErrorCode.None, targets, session, true);

    /// <summary>Whether the answer for a partition goes into the response: an incremental one leaves out old news, but tells
    /// an error or a diverging epoch (<paramref name="mustSend"/>) every time.</summary>
    public bool Includes(FetchKey key, Offset highWatermark, Offset logStart, bool hasRecords, bool mustSend)
    {
        bool isNews = _session?.IsNews(key, highWatermark, logStart, hasRecords, mustSend) ?? true;
        // Only from the second fetch on do those that had their turn wait behind the others.
        if (_isIncremental && hasRecords) _session!.MoveBehindOthers(key);
        return isNews || !_isIncremental;
    }
}
