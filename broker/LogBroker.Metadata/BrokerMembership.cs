using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Metadata;

/// <summary>A broker's place among the brokers: held by a lease, so that it ends when the broker does.</summary>
/// <remarks>Owner: the host, which calls <see cref="JoinAsync"/>, then runs <see cref="KeepAsync"/>, then
/// <see cref="LeaveAsync"/>, one after the other. Failure: a store that cannot be reached is tried again until the lease has run
/// out and beyond; then the broker joins anew.</remarks>
public sealed partial class BrokerMembership
{
    private readonly IMetadataStore _store;
    private readonly ImageFollower _follower;
    private readonly BrokerRegistration _registration;
    private readonly TimeSpan _timeToLive;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private LeaseId? _lease;

    internal BrokerMembership(
        IMetadataStore store,
        ImageFollower follower,
        BrokerRegistration registration,
        TimeSpan timeToLive,
        TimeProvider time,
        ILogger logger)
    {
        _store = store;
        _follower = follower;
        _registration = registration;
        _timeToLive = timeToLive;
        _time = time;
        _logger = logger;
    }

    /// <summary>Registers the broker; returns once the image contains it. <see cref="ErrorCode.DuplicateBrokerRegistration"/>
    /// if another broker has its id.</summary>
    public async Task<CommandError?> JoinAsync(CancellationToken cancellationToken)
    {
        var key = CatalogueKeys.Broker(_registration.BrokerId);
        var lease = await _store.GrantLeaseAsync(_timeToLive, cancellationToken);
        while (true)
        {
            var snapshot = await _store.ReadAsync(key, cancellationToken);
            var before = snapshot.Entries.FirstOrDefault(entry => entry.Key == key);
            if (before is not null && CatalogueValues.ReadBrokerDirectory(before.Value) != _registration.DirectoryId)
            {
                await _store.RevokeAsync(lease, cancellationToken);
                return new CommandError(ErrorCode.DuplicateBrokerRegistration,
                    $"Another broker is registered with the id {_registration.BrokerId}.");
            }

            var result = await _store.CommitAsync(
                MetadataTransaction.Empty
                    .Require(key, before?.ModRevision ?? 0)
                    .Put(key, CatalogueValues.Broker(_registration), lease),
                cancellationToken);
            if (result.Status == CommitStatus.LeaseNotFound)
                lease = await _store.GrantLeaseAsync(_timeToLive, cancellationToken);
            if (!result.IsCommitted) continue;
            _lease = lease;
            Log.Joined(_logger, _registration.BrokerId);
            await _follower.WaitForAsync(result.Revision, cancellationToken);
            return null;
        }
    }

    /// <summary>Keeps the place until it is cancelled.</summary>
    /// <exception cref="InvalidOperationException">The place was lost and another broker has it.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_timeToLive / 3, _time, cancellationToken);
            try
            {
                if (_lease is { } lease && await _store.KeepAliveAsync(lease, cancellationToken)) continue;
                Log.Lost(_logger, _registration.BrokerId);
                if (await JoinAsync(cancellationToken) is { } error) throw new InvalidOperationException(error.Message);
            }
            catch (MetadataStoreException exception)
            {
                Log.KeepFailed(_logger, exception);
            }
        }
    }

    /// <summary>Gives the place up at once.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_lease is { } lease) await _store.RevokeAsync(lease, cancellationToken);
        _lease = null;
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Information, "Broker {BrokerId} joined the cluster", EventName = "BrokerJoined")]
        public static partial void Joined(ILogger logger, int brokerId);

        [LoggerMessage(3302, LogLevel.Warning, "Broker {BrokerId} lost its place in the cluster; joining again",
            EventName = "BrokerPlaceLost")]
        public static partial void Lost(ILogger logger, int brokerId);

        [LoggerMessage(3303, LogLevel.Error, "Could not renew the broker's place in the cluster; trying again",
            EventName = "BrokerKeepFailed")]
        public static partial void KeepFailed(ILogger logger, Exception exception);
    }
}
