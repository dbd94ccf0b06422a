using System.Threading.Channels;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>What handlers do and did: a test says what happens on each try, and waits for what was tried.</summary>
internal sealed class HandledOrders
{
    private readonly Channel<ReceivedRecord<string, string>> _tried = Channel.CreateUnbounded<ReceivedRecord<string, string>>();

    /// <summary>What a try does; may throw.</summary>
    public Func<ReceivedRecord<string, string>, CancellationToken, ValueTask> OnTry { get; set; } =
        (_, _) => ValueTask.CompletedTask;

    /// <summary>The next try, whatever came of it.</summary>
    public async Task<ReceivedRecord<string, string>> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _tried.Reader.ReadAsync(limit.Token);
    }

    /// <summary>So many next tries.</summary>
    public async Task<List<ReceivedRecord<string, string>>> NextAsync(int count)
    {
        List<ReceivedRecord<string, string>> tries = [];
        while (tries.Count < count) tries.Add(await NextAsync());
        return tries;
    }

    public ValueTask TryAsync(ReceivedRecord<string, string> record, CancellationToken cancellationToken)
    {
        _tried.Writer.TryWrite(record);
        return OnTry(record, cancellationToken);
    }
}

/// <summary>A handler that does what the test says.</summary>
internal sealed class OrderHandler(HandledOrders orders, HandlerScope scope) : IRecordHandler<string, string>
{
    public ValueTask HandleAsync(ReceivedRecord<string, string> record, CancellationToken cancellationToken)
    {
        scope.Uses++;
        return orders.TryAsync(record, cancellationToken);
    }
}

/// <summary>Something of the handler's scope.</summary>
internal sealed class HandlerScope(List<int> ended) : IDisposable
{
    public int Uses { get; set; }

    public void Dispose()
    {
        lock (ended) ended.Add(Uses);
    }
}
