using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Client.Producing.Batches;

/// <summary>The sequences of an idempotent producer in one partition: which batch may be sent next, and with which sequence (KIP-98,
/// KIP-360).</summary>
/// <remarks>
/// Touched under its queue's lock only. A batch keeps its sequence over all retries, so that the broker knows it again. Only when a
/// batch was given up, or the broker has lost count, does counting begin anew under a higher epoch, and only after every batch whose
/// fate is not known was sent again under its old sequence and answered: written, known from before, or refused because of the gap in
/// front of it. That is how nothing is written twice and nothing acknowledged is lost.
/// </remarks>
internal sealed class PartitionSequences
{
    private ProducerIdentity? _identity;
    private int _next;
    private int _nextToAcknowledge;
    private long _acknowledgedRecords;
    private bool _isEstablished;
    private bool _mustBeginAnew;

    /// <summary>Chooses among the queued batches.</summary>
    /// <param name="first">The first of the queue.</param>
    /// <param name="inFlight">Batches of the partition on their way.</param>
    /// <param name="identities">Null when the producer is not idempotent.</param>
    /// <param name="next">The one to send.</param>
    /// <returns>False when nothing may be sent before an answer has come.</returns>
    public bool TryChoose(
        ProducerBatch first, int inFlight, IProducerIdentities? identities, [NotNullWhen(true)] out ProducerBatch? next)
    {
        next = first;
        if (identities is null) return first.Failures == 0 || inFlight == 0;
        if (_mustBeginAnew)
        {
            if (inFlight > 0) return false;
            next = FirstOfUnknownOutcome(first);
            if (next is not null) return true;
            if (!TryBeginAnew(first, identities)) return false;
            next = first;
        }

        if (first.Identity is not null) return inFlight == 0; // sent before: again, in order, alone
        // A broker that knows nothing of the producer takes whatever sequence comes first: until one batch was acknowledged, a second
        // must not overtake it.
        if (!_isEstablished && inFlight > 0) return false;
        if (_identity == identities.Current) return _identity is not null;
        if (inFlight > 0) return _identity is not null; // the next epoch begins when nothing of this one is on its way
        return TryAdopt(identities);
    }

    /// <summary>Gives a batch that is sent first its sequence.</summary>
    public void Assign(ProducerBatch batch)
    {
        if (batch.Identity is not null) return;
        batch.Identity = _identity;
        batch.BaseSequence = _next;
        _next = Sequence.Add(_next, batch.RecordCount);
    }

    public void Acknowledge(ProducerBatch batch)
    {
        if (batch.Identity is null || batch.Identity != _identity) return;
        if (batch.FirstRecord < _acknowledgedRecords) return; // it came back though one behind it was written
        _nextToAcknowledge = batch.NextSequence;
        _acknowledgedRecords = batch.FirstRecord + batch.RecordCount;
        _isEstablished = true;
    }

    /// <summary>The batch will not be sent again; if it had a sequence, that may be missing now.</summary>
    public void GiveUp(ProducerBatch batch)
    {
        if (batch.Identity is not null && batch.Identity == _identity) _mustBeginAnew = true;
    }

    /// <summary>The broker refused a batch because of its sequence.</summary>
    /// <param name="batch">The batch, which was certainly not written.</param>
    /// <param name="hasLostState">The broker says that it does not know the producer any more.</param>
    public void RefuseOutOfOrder(ProducerBatch batch, bool hasLostState)
    {
        batch.IsOutcomeUnknown = false;
        // Behind one that failed it is refused with it, and simply goes again after it. The next in line is refused only by a broker
        // that lost count.
        if (IsNextInLine(batch, hasLostState)) _mustBeginAnew = true;
    }

    /// <summary>Whether nothing that a refused batch waits for is still to come.</summary>
    public bool IsNextInLine(ProducerBatch batch, bool hasLostState) =>
        batch.Identity == _identity && (hasLostState || batch.BaseSequence == _nextToAcknowledge);

    /// <summary>Whether a refused batch lies before one that was written: it can only be written out of order, so it never is.</summary>
    public bool IsPassedBy(ProducerBatch batch) => batch.FirstRecord < _acknowledgedRecords;

    private static ProducerBatch? FirstOfUnknownOutcome(ProducerBatch first)
    {
        for (ProducerBatch? batch = first; batch?.Identity is not null; batch = batch.Behind)
        {
            if (batch.IsOutcomeUnknown) return batch;
        }

        return null;
    }

    private bool TryBeginAnew(ProducerBatch first, IProducerIdentities identities)
    {
        if (_nextToAcknowledge != _next)
        {
            // What was given up, or refused, left a gap.
            if (!identities.TryRaise(_identity!)) return false;
            for (ProducerBatch? batch = first; batch?.Identity is not null; batch = batch.Behind) batch.Identity = null;
            if (!TryAdopt(identities)) return false;
        }

        _mustBeginAnew = false;
        return true;
    }

    private bool TryAdopt(IProducerIdentities identities)
    {
        if (identities.Current is not { } current) return false;
        _identity = current;
        _next = 0;
        _nextToAcknowledge = 0;
        _isEstablished = false;
        return true;
    }
}
