using System.Diagnostics;
using LogBroker.Client.Producing;
using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client;

/// <summary>Writes records to topics. Made by <see cref="LogBrokerClient.CreateProducer{TKey, TValue}"/>.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
/// <remarks>Any thread, many at once. Records of one partition are written in the order of the calls. Dispose it to deliver what was
/// accepted (see <see cref="ProducerOptions.CloseTimeout"/>).</remarks>
public sealed class Producer<TKey, TValue> : IAsyncDisposable
{
    private readonly ProducerCore _core;
    private readonly RecordEncoder<TKey, TValue> _encoder;
    private readonly LateRecords _late = new();
    private readonly Func<ValueTask> _dispose;

    internal Producer(ProducerCore core, RecordEncoder<TKey, TValue> encoder, Func<ValueTask> dispose)
    {
        _core = core;
        _encoder = encoder;
        _dispose = dispose;
    }

    /// <summary>Writes a record and waits until it is acknowledged as <see cref="ProducerOptions.Acks"/> asks.</summary>
    /// <param name="topic">Where it goes.</param>
    /// <param name="key">Decides on the partition; may be null.</param>
    /// <param name="value">The content; null is a tombstone.</param>
    /// <param name="cancellationToken">Gives up the wait. A record that was accepted is still sent.</param>
    /// <returns>Where the record is. Await it once.</returns>
    /// <exception cref="ProduceException">It was not written, or it is not known whether it was.</exception>
    /// <exception cref="SerializationException">A serializer failed.</exception>
    public ValueTask<RecordMetadata> ProduceAsync(
        string topic, TKey key, TValue value, CancellationToken cancellationToken = default) =>
        ProduceAsync(new ProducerRecord<TKey, TValue>(topic, key, value), cancellationToken);

    internal ProducerCore Core => _core;

    /// <inheritdoc cref="ProduceAsync(string, TKey, TValue, CancellationToken)"/>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Gives up the wait. A record that was accepted is still sent.</param>
    public ValueTask<RecordMetadata> ProduceAsync(
        in ProducerRecord<TKey, TValue> record, CancellationToken cancellationToken = default) =>
        ProduceAsync(record, transaction: 0, cancellationToken);

    /// <param name="record">The record.</param>
    /// <param name="transaction">The number of the transaction it is part of; 0 without one.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    internal ValueTask<RecordMetadata> ProduceAsync(
        in ProducerRecord<TKey, TValue> record, int transaction, CancellationToken cancellationToken)
    {
        PendingDelivery delivery = _core.PendingDeliveries.Rent();
        ValueTask accepted = AppendAsync(record, delivery, transaction, cancellationToken);
        if (accepted.IsCompletedSuccessfully)
        {
            accepted.GetAwaiter().GetResult();
            delivery.CancelWith(cancellationToken);
            return delivery.Task;
        }

        return ProduceLaterAsync(accepted, delivery, cancellationToken);
    }

    /// <summary>Takes a record into the producer's memory. It completes at once while there is room, and the record is delivered in the
    /// background; when memory is used up it waits for some, in the order of the calls, up to <see cref="ProducerOptions.MaxBlock"/>.
    /// </summary>
    /// <param name="topic">Where it goes.</param>
    /// <param name="key">Decides on the partition; may be null.</param>
    /// <param name="value">The content; null is a tombstone.</param>
    /// <param name="delivered">Is told what became of it.</param>
    /// <param name="cancellationToken">Gives up the wait for memory.</param>
    /// <returns>Completes when the record is accepted. Await it, or memory is not bounded.</returns>
    /// <exception cref="BufferFullException">There was no memory for too long.</exception>
    /// <exception cref="SerializationException">A serializer failed.</exception>
    public ValueTask EnqueueAsync(
        string topic, TKey key, TValue value, DeliveryHandler? delivered = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync(new ProducerRecord<TKey, TValue>(topic, key, value), delivered, cancellationToken);

    /// <inheritdoc cref="EnqueueAsync(string, TKey, TValue, DeliveryHandler?, CancellationToken)"/>
    /// <param name="record">The record.</param>
    /// <param name="delivered">Is told what became of it.</param>
    /// <param name="cancellationToken">Gives up the wait for memory.</param>
    public ValueTask EnqueueAsync(
        in ProducerRecord<TKey, TValue> record, DeliveryHandler? delivered = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync(record, delivered, transaction: 0, cancellationToken);

    /// <param name="record">The record.</param>
    /// <param name="delivered">Is told what became of it.</param>
    /// <param name="transaction">The number of the transaction it is part of; 0 without one.</param>
    /// <param name="cancellationToken">Gives up the wait for memory.</param>
    internal ValueTask EnqueueAsync(
        in ProducerRecord<TKey, TValue> record, DeliveryHandler? delivered, int transaction, CancellationToken cancellationToken) =>
        AppendAsync(record, delivered, transaction, cancellationToken);

    /// <summary>Sends all records accepted so far without delay, and waits until each is delivered or has failed.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _core.FlushAsync(cancellationToken);

    /// <summary>Delivers what was accepted, for at most <see cref="ProducerOptions.CloseTimeout"/>; what is left then fails.</summary>
    public ValueTask DisposeAsync() => _dispose();

    private ValueTask AppendAsync(
        in ProducerRecord<TKey, TValue> record, object? target, int transaction, CancellationToken cancellationToken)
    {
        TopicQueues? topic = _core.FindTopic(record.Topic);
        if (topic is null || !_encoder.IsReady(record) || _late.HasLine(record.Topic))
            return AppendLaterAsync(record, target, transaction, cancellationToken);
        return Append(topic, record, target, transaction, cancellationToken);
    }

    private ValueTask Append(
        TopicQueues topic, in ProducerRecord<TKey, TValue> record, object? target, int transaction, CancellationToken cancellationToken)
    {
        Activity? span = null;
        EncodedRecord encoded = _core.Records.Rent();
        try
        {
            _encoder.Encode(record, encoded);
            encoded.Transaction = transaction;
            if (ProducerTracing.IsOn)
            {
                span = ProducerTracing.Begin(record.Topic);
                ProducerTracing.Inject(span, encoded);
            }
        }
        catch (Exception failure)
        {
            _core.Records.Return(encoded);
            return ValueTask.FromException(failure);
        }

        ValueTask accepted = _core.AppendAsync(topic, encoded, record.Partition, new RecordWaiter(target, span), cancellationToken);
        return span is null || accepted.IsCompletedSuccessfully ? accepted : EndIfRefusedAsync(accepted, span);
    }

    /// <summary>The topic has to be looked up, or a serializer to be made ready, first.</summary>
    private async ValueTask AppendLaterAsync(
        ProducerRecord<TKey, TValue> record, object? target, int transaction, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(record.Topic);
        ValueTask accepted;
        using (LateRecords.Place place = _late.Join(record.Topic))
        {
            TopicQueues topic = _core.FindTopic(record.Topic)
                ?? await _core.OpenTopicAsync(record.Topic, cancellationToken).ConfigureAwait(false);
            await _encoder.PrepareAsync(record, cancellationToken).ConfigureAwait(false);
            await place.WaitAsync(cancellationToken).ConfigureAwait(false);
            accepted = Append(topic, record, target, transaction, cancellationToken);
        }

        await accepted.ConfigureAwait(false);
    }

    private static async ValueTask EndIfRefusedAsync(ValueTask accepted, Activity span)
    {
        try
        {
            await accepted.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ProducerTracing.Refuse(span, failure);
            throw;
        }
    }

    private static async ValueTask<RecordMetadata> ProduceLaterAsync(
        ValueTask accepted, PendingDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await accepted.ConfigureAwait(false);
        }
        catch
        {
            delivery.Discard();
            throw;
        }

        delivery.CancelWith(cancellationToken);
        return await delivery.Task.ConfigureAwait(false);
    }
}
