using LogBroker.AdminCli.Clusters;
using LogBroker.Client;

namespace LogBroker.AdminCli.Bench;

/// <summary>The topic a measurement uses: one that is there, or one made for it and removed afterwards.</summary>
internal sealed class BenchTopic : IAsyncDisposable
{
    private readonly AdminClient _admin;
    private readonly bool _isOurs;

    private BenchTopic(AdminClient admin, string name, bool isOurs) => (_admin, Name, _isOurs) = (admin, name, isOurs);

    public string Name { get; }

    /// <param name="admin">Makes it.</param>
    /// <param name="name">One that is there; null makes one.</param>
    /// <param name="partitions">How many partitions the new one has.</param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<BenchTopic> OpenAsync(AdminClient admin, string? name, int partitions, CancellationToken cancelled)
    {
        if (name is not null) await admin.TopicOrFailAsync(name, cancelled);
        if (name is not null) return new BenchTopic(admin, name, isOurs: false);
        string made = $"logbroker-bench-{Guid.NewGuid():N}"[..24];
        await admin.Topics.CreateAsync(made, partitions, cancelled);
        return new BenchTopic(admin, made, isOurs: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOurs) return;
        try
        {
            await _admin.Topics.DeleteAsync(Name);
        }
        catch (KafkaException)
        {
            // The measurement's own failure tells more.
        }
    }
}
