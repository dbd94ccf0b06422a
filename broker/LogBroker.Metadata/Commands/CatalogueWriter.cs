using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Commands;

/// <summary>Makes changes of which each is planned on an image and committed only if that was still true.</summary>
internal sealed class CatalogueWriter(IMetadataStore store, ImageFollower follower)
{
    /// <summary>Plans on an image at least as new as the store was when this was called, so that no answer is out of date, and
    /// commits, again on a newer image for as long as others are quicker; returns once the image contains the change.</summary>
    /// <param name="plan">The change, or none, and what to answer if it happens. Its conditions must cover all that it was
    /// planned on.</param>
    /// <param name="cancellationToken">Ends the waiting; the change may have happened.</param>
    public async Task<T> CommitAsync<T>(
        Func<MetadataImage, (MetadataTransaction Change, T Answer)> plan, CancellationToken cancellationToken)
    {
        var now = await store.ReadAsync(CatalogueKeys.ClusterId, cancellationToken);
        await follower.WaitForAsync(now.Revision, cancellationToken);
        while (true)
        {
            var (change, answer) = plan(follower.Image);
            if (change.Operations.IsEmpty) return answer;
            var result = await store.CommitAsync(change, cancellationToken);
            await follower.WaitForAsync(result.Revision, cancellationToken);
            if (result.IsCommitted) return answer;
        }
    }
}
